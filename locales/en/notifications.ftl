# Notifications.

notifications-new = New
notifications-close = Close the notification

notifications-consultation-booked = A patient has booked a consultation with you.
notifications-consultation-cancelled = A consultation was cancelled.
notifications-room-open = Your consultation room is open.
notifications-prescription-issued = A new prescription for you has been issued.
notifications-call-missed = You missed a call.

notifications-none = Nothing new yet
notifications-none-body = Here you see what is new: consultations, rooms that open, prescriptions and calls.
notifications-read-all = Mark all as read
notifications-today = Today, { $time }
notifications-yesterday = Yesterday, { $time }
