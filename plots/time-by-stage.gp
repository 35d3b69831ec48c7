# Time by stage, CPU time per MiB or the way of a folio: one stacked bar per design; with two or more
# designs the difference of the last and the first per stage below.
# Variables: name, data, heading, axis, per (labels), designs (words), nr_stages, scale (ns per unit
# of the axis), unit, colours, stages, legend (words, in the order of the rows;
# quoted where they hold blanks).
# Columns of data: stage, difference label, one per design (ns),
# difference (ns).
nr_designs = words(designs)
hex(s) = int("0x".substr(s, 2, 7))
color(s) = hex(word(colours, s))
row_height = 24
top_height = 150 + 52*nr_designs + (nr_designs > 1 ? 0 : 20)
key_rows = is_compact ? (nr_stages + 1)/2 : nr_stages
key_height = 70 + 21*key_rows
if (is_compact) {
	top_height = top_height + 21*key_rows + 10
} else {
	if (top_height < key_height) { top_height = key_height }
}
bottom_height = nr_designs > 1 ? 124 + row_height*nr_stages : 0
width = is_compact ? 600.0 : 1030.0
height = 1.0*(top_height + bottom_height)
left = (is_compact ? 150 : 165)/width
right = 1 - (is_compact ? (nr_designs > 1 ? 215 : 20) : 265)/width
top_right = is_compact ? 1 - 20/width : right
# the legend: right of the bars, or in two columns below them
key_x(s) = is_compact ? 40 + 290*(s > key_rows) : width - 242
key_y(s) = is_compact ? top_height - 21*key_rows + 21*(s > key_rows ? s - key_rows - 1 : s - 1) : 62.0 + 21*(s - 1)

widest = 0
do for [d=1:nr_designs] {
	stats data using (column(d + 2)) nooutput
	if (STATS_sum > widest) { widest = STATS_sum }
}
if (widest <= 0) { widest = 1 }
largest = 0
if (nr_designs > 1) {
	stats data using (column(nr_designs + 3)) nooutput
	largest = STATS_max > -STATS_min ? STATS_max : -STATS_min
}
# the axis of the differences has a unit of its own: they may be tiny
dscale = largest >= 1e6 ? 1e6 : largest >= 1e3 ? 1e3 : 1
dunit = largest >= 1e6 ? 'ms' : largest >= 1e3 ? 'us' : 'ns'
reach = largest > 0 ? 1.1*largest/dscale : 1

do for [ending in endings] {
	eval terminal_of(ending, width, height)
	set output name.'.'.ending
	set multiplot
	set lmargin at screen left
	set rmargin at screen top_right
	set tmargin at screen 1 - 50.0/height
	set bmargin at screen (bottom_height + 62.0 + (is_compact ? 21*key_rows + 10 : 0))/height
	set title heading textcolor rgb ink offset 0,0.3
	set xlabel axis.' ('.unit.')' textcolor rgb ink
	set xrange [0:1.02*widest/scale]
	set xtics autofreq
	set yrange [nr_designs + 0.6:0.4]
	set ytics () textcolor rgb ink scale 0
	set for [d=1:nr_designs] ytics add (word(designs, d) d)
	set grid noy
	unset key
	do for [s=1:nr_stages] {
		y = 1 - key_y(s)/height
		set object s rect center screen key_x(s)/width, screen y \
			size screen 16/width, screen 11.0/height \
			front noclip fs solid 1 noborder fc rgb word(colours, s)
		set label s word(legend, s) at screen (key_x(s) + 16)/width, screen y left \
			textcolor rgb ink
	}
	set style fill solid 1 noborder
	sum = 0
	plot for [d=1:nr_designs] data using (low = $0 == 0 ? 0 : sum, sum = low + column(d + 2)/scale, low):(d):(low):(sum):(d - 0.32):(d + 0.32):(color(int($0) + 1)) with boxxyerror lc rgb variable
	unset title
	do for [s=1:nr_stages] {
		unset object s
		unset label s
	}
	unset ytics
	if (nr_designs > 1) {
		set rmargin at screen right
		set tmargin at screen (bottom_height - 48.0)/height
		set bmargin at screen 66.0/height
		set title 'difference per stage: '.word(designs, nr_designs).' minus '.word(designs, 1) textcolor rgb ink offset 0,-0.3
		set xlabel 'difference '.per.' ('.dunit.')'.(is_compact ? '' : '; left of zero: '.word(designs, nr_designs).' needs less') textcolor rgb ink
		set xrange [-reach:reach]
		set yrange [nr_stages + 0.6:0.4]
		set ytics () textcolor rgb ink scale 0
		set for [s=1:nr_stages] ytics add (word(stages, s) s)
		set arrow 1 from 0, graph 0 to 0, graph 1 nohead ls 101 front
		plot data using (0):($0 + 1):(0):(column(nr_designs + 3)/dscale):($0 + 0.68):($0 + 1.32):(color(int($0) + 1)) with boxxyerror lc rgb variable, \
			data using (reach):($0 + 1):(strcol(2)) with labels left offset 1.5,0 textcolor rgb ink
		unset arrow 1
	}
	unset multiplot
	unset output
	unset ytics
}
