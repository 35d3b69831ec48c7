# Values over simulated time, one line per series.
# Variables: name, data, heading, series, colours, widths (words), x_label, y_label.
# Columns of data: series, date, value (already in the units of the labels).
key_rows = words(series)
width = is_compact ? 560 : 1000
height = is_compact ? 370 + 22*key_rows : 420
do for [ending in endings] {
	eval terminal_of(ending, width, height)
	set output name.'.'.ending
	set title heading textcolor rgb ink
	set xlabel x_label textcolor rgb ink
	set ylabel y_label textcolor rgb ink
	set xrange [0:*] noextend
	set yrange [0:*]
	set offsets 0, 0, graph 0.05, 0
	if (is_compact) {
		set key outside below center vertical maxrows key_rows Left reverse samplen 2 spacing 1.2
	} else {
		set key outside right top vertical Left reverse samplen 2 spacing 1.2
	}
	plot for [i=1:words(series)] data using (strcol(1) eq word(series, i) ? $2 : NaN):3 with lines lw real(word(widths, i)) lc rgb word(colours, i) title word(series, i)
	unset output
}
