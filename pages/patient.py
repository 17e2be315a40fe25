"""Patient."""

import streamlit as st

st.header("Patient")
