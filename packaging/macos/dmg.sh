#!/bin/sh
# A disk image of the application, with a link to the folder that it is dragged to. Not signed: the first start is by
# Open in the context menu. Usage: dmg.sh WealthDesk.app OUT.dmg
set -eu
app=$1
out=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Signed by nobody in particular: Apple's own processors start nothing that is not.
codesign --force --deep --sign - "$app"
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname WealthDesk -srcfolder "$folder" -format UDZO -ov "$out"
