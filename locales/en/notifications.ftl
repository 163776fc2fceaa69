# Notifications.

notifications-new = New
notifications-close = Close the notification

notifications-consultation-booked = A patient has booked a consultation with you.
notifications-consultation-cancelled = A consultation was cancelled.
notifications-room-open = Your consultation room is open.
notifications-prescription-issued = A new prescription has been issued.
notifications-prescription-replaced = A new prescription has been issued and replaces the one before. Do not collect the old one.
notifications-prescription-cancelled = A prescription was cancelled by the doctor. Do not collect it.
notifications-call-missed = You missed a call.
notifications-consultation-booked-for = A consultation was booked for a patient in your care.
notifications-care-changed = The clinic changed who looks after a patient of yours.
notifications-number-claimed = Somebody added a patient with a NIK that is in your account. Call the clinic if that was not you.

notifications-mail-title = E-mails of this demo
notifications-mail-body = A demo sends no e-mail. What would be sent is shown here, newest first.
notifications-mail-none = No e-mails yet
notifications-mail-none-body = Signing up, asking for a new password or inviting somebody writes one.
notifications-mail-to = To { $address }

notifications-none = Nothing new yet
notifications-none-body = Here you see what is new: consultations, rooms that open, prescriptions and calls.
notifications-read-all = Mark all as read
notifications-today = Today, { $time }
notifications-yesterday = Yesterday, { $time }
