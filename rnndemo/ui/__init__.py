"""The only part of the package that knows Streamlit: state, links, controls, live views, language."""
