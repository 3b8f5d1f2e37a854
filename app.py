"""Row by Row: the router. Start it with ``make run``."""

from rnndemo.ui.shell import chrome, session

session.start()
page = chrome.navigation()
chrome.header()
page.run()
