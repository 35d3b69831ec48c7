# Where the difference of two designs reaches a share: a band over the price
# of an instruction.
# Variables: name, data, heading, percent, x_label, y_label, band_label, x_tics, y_tics (inside of
# the parentheses of `set xtics`), x_low, x_high, y_low, y_high, band_low, band_high, nr_bands.
# Columns of data: x, then y at each value of the band, ascending.
is_price = band_label eq 'host.instruction_ps'
price(ps) = is_price ? sprintf('%.1f ns an instruction', ps/1000.0) : sprintf('%s %g', band_label, ps)
axis_name(path) = path eq 'device.latency_ns' ? 'device latency' : (strstrt(path, 'write_bytes') ? 'folio size' : path)
width = is_compact ? 560 : 1000
height = is_compact ? 480 : 580
do for [ending in endings] {
	eval terminal_of(ending, width, height)
	set output name.'.'.ending
	set title heading textcolor rgb ink
	set xlabel axis_name(x_label).sprintf("\nOn a line the fsync times of the two designs differ by %g %%: below it by more, above it by less.", percent).\
		"\nA point on the axis: less at every latency.\n".\
		"The refactoring adds no indirect call and no locked instruction (counted, 6.16.12 and 6.17.13):\nits price is that of plain instructions alone." textcolor rgb ink
	set ylabel axis_name(y_label) textcolor rgb ink
	set logscale x 2
	set logscale y 10
	set xrange [x_low:x_high]
	set yrange [y_low:y_high]
	eval 'set xtics ('.x_tics.')'
	eval 'set ytics ('.y_tics.')'
	set key top right Left reverse samplen 2 spacing 1.2
	set label 1 sprintf('difference below %g %%', percent) at graph 0.55, graph 0.6 textcolor rgb ink
	set label 2 sprintf('above %g %%', percent) at graph 0.04, graph 0.12 textcolor rgb ink
	plot data using 1:2:(column(1 + nr_bands)) with filledcurves fc rgb '#f2c9a1' fs solid 1.0 noborder title 'band of prices', \
		data using 1:(column(1 + nr_bands)) with linespoints lw 2 pt 7 ps 0.8 lc rgb '#b35806' title price(band_high), \
		data using 1:2 with linespoints lw 2 pt 5 ps 0.8 lc rgb '#e08214' title price(band_low)
	unset output
}
