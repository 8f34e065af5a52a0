#!/bin/sh
# The `onegrid` command as the services run it: their user, their settings. Written by `onegrid server install`.
if [ "$(id -u)" != 0 ]; then exec sudo "$0" "$@"; fi
set -a
. @ENVIRONMENT@
set +a
if [ "$1" = server ] && { [ "$2" = install ] || [ "$2" = remove ]; }; then exec @ONEGRID@ "$@"; fi
exec setpriv --reuid=@USER@ --regid=@USER@ --init-groups -- @ONEGRID@ "$@"
