# A figure over a swept key, one line per series.
# Variables: name, data, heading, series, colours, points (point types), widths
# (words each), x_label, y_label, x_log (0 or 1), x_tics (inside of the parentheses of `set xtics`),
# x_low, x_high, has_intervals (0 or 1).
# Columns of data: series, x, y (in the unit of the label), x as written, low, high.
key_rows = words(series)
# long labels beside the picture would leave it no room
longest = 0
do for [i=1:key_rows] { if (strlen(word(series, i)) > longest) { longest = strlen(word(series, i)) } }
is_key_below = is_compact || longest > 40
width = is_compact ? 560 : 1000
height = is_compact ? 370 + 22*key_rows : (is_key_below ? 460 + 20*key_rows : 460)
do for [ending in endings] {
	eval terminal_of(ending, width, height)
	set output name.'.'.ending
	set title heading textcolor rgb ink
	set xlabel x_label textcolor rgb ink
	set ylabel y_label textcolor rgb ink
	if (x_log) { set logscale x 2 }
	set xrange [x_low:x_high]
	eval 'set xtics ('.x_tics.')'
	set yrange [0:*]
	set offsets 0, 0, graph 0.08, 0
	if (is_key_below) {
		set key outside below center vertical maxrows key_rows Left reverse samplen 2 spacing 1.2
	} else {
		set key outside right top vertical Left reverse samplen 2 spacing 1.2
	}
	plot for [i=1:has_intervals*words(series)] data using (strcol(1) eq word(series, i) ? $2 : NaN):3:5:6 with yerrorbars lw 1.4 ps 0 lc rgb word(colours, i) notitle, \
		for [i=1:words(series)] data using (strcol(1) eq word(series, i) ? $2 : NaN):3 with linespoints lw real(word(widths, i)) ps 0.9 + 0.2*real(word(widths, i)) pt int(word(points, i)) lc rgb word(colours, i) title word(series, i)
	unset output
}
