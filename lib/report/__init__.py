"""The meeting packet: one document of a cohort, in five formats that say the same.

A packet is composed (`composition`), its sections are asked of a registry (`sections`), and what
they say (`content`) is written by one module a format. It carries a record of its figures
(`record`), so that anybody can ask later whether the data still give them.
"""
