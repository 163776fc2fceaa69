# Notifications.

notifications-new = New
notifications-close = Close the notification
