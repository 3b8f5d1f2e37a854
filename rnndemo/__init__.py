"""Read pictures with recurrent networks, one row at a time, and look inside while they do.

The package is the tested core of the app *Row by Row*. Importing it costs little and pulls in
neither torch nor streamlit; import the module you need, for example ``rnndemo.data.frames.ink``.
"""

__version__ = "0.1.0"
