"""One figure by itself, as a file: a chart as a picture or its data, a table in every format.

The figures are those of ``lib.report.content``; the packet's writers use the same functions.
"""
