# How much each key matters: mu* with its interval, the largest on top; beside it
# sigma, which tells effects that depend on where the other keys stand.
# Variables: name, data, heading, x_label, rows, trajectories.
# Columns of data: key, mu*, low, high, sigma.
width = is_compact ? 560 : 1000
height = 160 + 46*rows
do for [ending in endings] {
	eval terminal_of(ending, width, height)
	set output name.'.'.ending
	set title heading textcolor rgb ink
	set xlabel x_label textcolor rgb ink
	set yrange [rows - 0.4:-0.6]
	set xrange [0:*]
	set bmargin 6
	set key at graph 0.5, screen 0.05 center horizontal Left reverse
	set style fill solid noborder
	plot data using ($2/2):0:($2/2):(0.28):ytic(1) with boxxyerror lc rgb '#56b4e9' title sprintf('mu*, 95 %% over %d trajectories', trajectories), \
		data using 2:0:3:4 with xerrorbars lw 1.5 ps 0 lc rgb '#333333' notitle, \
		data using 5:0 with points pt 9 ps 1.4 lc rgb '#d55e00' title 'sigma'
	unset output
}
