"""How the web server runs, in `make run` as in production: gunicorn -c moderation/gunicorn_conf.py moderation.wsgi"""

from moderation import env

bind = f"127.0.0.1:{env.integer('PORT', 8000)}"
workers = 2
worker_class = "gthread"
threads = 4
keepalive = 30
# Workers are forked from a loaded master: one that is killed is back at once, and they share its memory.
preload_app = True
timeout = 60
graceful_timeout = 10
accesslog = None
control_socket_disable = True
