"""What the server loads: the application, made from the environment."""

import os

from service.app import create_app
from service.settings import load_settings

app = create_app(load_settings(os.environ))
