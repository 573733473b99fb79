"""What the server loads: the application, made from the environment.

Each worker has a courier of its own for webhooks and escalations.  Several are safe,
since each message is claimed in the store; and a worker that dies comes back with its
courier, so that there is nothing more to watch over.

What is loaded by then stays as long as the worker.  The garbage collector leaves it
alone: walking through the catalogue would hold up a request every now and then.
"""

import gc
import os
import threading

from service.app import create_app
from service.services import NAME
from service.settings import load_settings
from service.webhooks.courier import courier_of

app = create_app(load_settings(os.environ))
gc.collect()
gc.freeze()
_courier = courier_of(app.extensions[NAME].settings, app.extensions[NAME].engine)
threading.Thread(target=_courier.run, args=(threading.Event(),), daemon=True).start()
