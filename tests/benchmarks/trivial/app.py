"""The least an interactive Streamlit page can be: the floor that the app is measured against."""

import streamlit as st

shown = st.checkbox("Show")
st.write("shown" if shown else "hidden")
