"""Row by Row: the server's entry and the router of its pages. Start it with ``make run``."""

from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from rnndemo.jobs.server_log import bound_log
from rnndemo.sweeps.server import watch_queues
from rnndemo.ui.drawing.uploads import bound_uploads
from rnndemo.ui.server.believed import believe_what_was_offered
from rnndemo.ui.server.door import Door, tell_no_folder
from rnndemo.ui.server.front import FrontPage
from rnndemo.ui.server.memory import stay_small
from rnndemo.ui.shell import chrome, session
from rnndemo.visitors.sweep import start_sweeping

if get_script_run_ctx(suppress_warning=True) is None:  # the server imports this file once
    believe_what_was_offered()
    tell_no_folder()
    bound_log()
    start_sweeping()
    stay_small()
    watch_queues()
    app = App(__file__, middleware=[Middleware(Door), Middleware(FrontPage)])
else:  # a visitor's browser runs it
    bound_uploads()
    session.start()
    page = chrome.navigation()
    chrome.header()
    page.run()
