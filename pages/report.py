"""Report: what does one take to the meeting?"""

import streamlit as st

from lib.ui import packet
from lib.ui.cohort_state import need_frame
from lib.ui.frame import show_error
from lib.ui.packet_file import exchange_composition, offer_file, preview
from lib.ui.packet_sections import choose_options, edit_packet
from lib.ui.prose import heading

QUESTION = "What do you take to the meeting?"


def main() -> None:
    """Draw the packet's sections beside what it will look like, and the way to take it away."""
    need_frame()
    heading(QUESTION)
    if problem := packet.problem():
        show_error(problem)
    left, right = st.columns([4, 7], gap="medium")
    with left:
        edit_packet()
        fits_link = packet.write_link()
        exchange_composition(fits_link=fits_link)
    with right:
        offer_file()
        choose_options()
        preview()


main()
