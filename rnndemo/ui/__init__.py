"""The only part that knows Streamlit: state, links, controls, live views, language."""
