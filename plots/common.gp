# Shared by all pictures; read before the template.  A picture NAME is drawn
# twice, NAME.svg and NAME.png, in the folder gnuplot runs in:
#   gnuplot -d -e "name='x'; data='x.csv'; ..." common.gp TEMPLATE.gp
# Each template lists the variables it needs.  `endings` (default both) says which
# files; `is_compact` draws narrow pictures with the legend below, for reports.
if (!exists("heading")) heading = ''
if (!exists("endings")) endings = 'svg png'
if (!exists("is_compact")) is_compact = 0
if (is_compact && strlen(heading) > 54) { heading = heading[1:52].'...' }
set encoding utf8
set datafile separator comma
set datafile columnheaders
font_name = 'DejaVu Sans'
font_size = is_compact ? 14 : 13
terminal_svg(w, h) = sprintf("set terminal svg size %d,%d font '%s,%d' noenhanced background '#ffffff' linewidth 1.2", w, h, font_name, font_size)
terminal_png(w, h) = sprintf("set terminal pngcairo size %d,%d font '%s,13' noenhanced background '#ffffff' linewidth 1.6 fontscale 1.4", 1.5*w, 1.5*h, font_name)
terminal_of(ending, w, h) = ending eq 'svg' ? terminal_svg(w, h) : terminal_png(w, h)
ink = '#333333'
set style line 100 lc rgb '#dddddd' lw 0.6
set style line 101 lc rgb '#777777' lw 0.8
set border 3 ls 101
set tics nomirror textcolor rgb ink scale 0.5
set grid ls 100
set key noenhanced textcolor rgb ink
