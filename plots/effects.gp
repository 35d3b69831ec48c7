# What makes up a difference: an effect per row, with its interval over the
# seeds; bands for the noise of two boots and for the model's error.
# Variables: name, data, heading, rows, noise, model, x_low,
# x_high (per cent), seeds.
# Columns of data: effect, percent, low, high, text; the first is the topmost.
width = is_compact ? 560 : 1000
height = 180 + 44*rows
do for [ending in endings] {
	eval terminal_of(ending, width, height)
	set output name.'.'.ending
	set title heading textcolor rgb ink
	set xlabel sprintf('effect on elapsed time, per cent; bars: 95 %% over %d seeds', seeds) textcolor rgb ink
	set xrange [x_low:x_high]
	set yrange [rows - 0.5:-0.5]
	set ytics 1
	set bmargin 6
	set key at graph 0.5, screen 0.05 center horizontal Left reverse
	set object 1 rectangle from -model, graph 0 to model, graph 1 behind fc rgb '#eef3f8' fs solid noborder
	set object 2 rectangle from -noise, graph 0 to noise, graph 1 behind fc rgb '#cfdce8' fs solid noborder
	set arrow 1 from 0, graph 0 to 0, graph 1 nohead lc rgb '#777777' lw 1
	plot data using 2:0:3:4:ytic(1) with xerrorbars lw 2 pt 7 ps 1.2 lc rgb '#0072b2' notitle, \
		data using 4:0:(' '.strcol(5)) with labels left offset 1, 0 textcolor rgb ink notitle, \
		NaN with boxes fs solid fc rgb '#cfdce8' lc rgb '#cfdce8' title sprintf('noise of two boots, %.1f %%', noise), \
		NaN with boxes fs solid fc rgb '#eef3f8' lc rgb '#cfdce8' title sprintf('error of the model, %.1f %%', model)
	unset output
	unset object
	unset arrow
}
