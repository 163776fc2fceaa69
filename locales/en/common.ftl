# What every page uses: the frame, navigation, states, and the words of forms.

common-product = Praktik
common-skip = Skip to the content
common-nav = Main navigation
common-nav-dashboard = Home
common-nav-doctors = Doctors
common-nav-patients = Patients
common-nav-in-care = Patients in your care
common-nav-consultations = Consultations
common-nav-messages = Messages
common-nav-prescriptions = Prescriptions
common-nav-products = Medicines
common-nav-people = Staff
common-nav-settings = Settings
common-nav-audit = Audit log
common-nav-more = More
common-dock-consultations = Consults
common-dock-prescriptions = Medicine

common-log-in = Log in
common-log-out = Log out
common-register = Sign up
common-settings = Account settings
common-account = Account
common-profile = Profile
common-photo-of = Photo of { $name }
common-own-data = Your data
common-role-patient = Patient
common-role-doctor = Doctor
common-role-admin = Clinic admin
common-role-pharmacist = Pharmacist

common-notifications = Notifications
common-unread = unread

common-language = Language
common-language-id = Bahasa Indonesia
common-language-en = English

common-presence = Presence
common-presence-available = Available
common-presence-here = In this room
common-presence-busy = In a consultation
common-presence-away = Away
common-presence-offline = Offline
common-presence-unknown = Not certain

common-last-news = Last updated at
common-not-sent = This has not been sent. What you wrote is still here. Send it again in a moment.
common-draft-restored = What you wrote before and had not sent is back in this form.
common-connection-lost = Your connection is lost. What you see here may have changed. Trying again.
common-emergency = In an emergency, go to the nearest hospital emergency unit (IGD) or call 119.

common-form-wrong =
    { $count ->
        [one] One field needs your attention
       *[other] { $count } fields need your attention
    }
common-password-show = Show the password
common-password-hide = Hide the password
common-sending = Sending
common-date-day = Day
common-date-month = Month
common-date-year = Year
common-save = Save
common-cancel = Cancel
common-back = Back

form-required = Please fill this in.
form-too-long = Too long: { $length } characters. At most { $largest }.
form-control-characters = There are characters here that cannot be read. Type this field again.
form-not-a-day = This date is not in the calendar. Check the day, the month and the year.
form-day-unreadable = Write day, month and year, such as 31 12 1991 or 31 December 1991.
form-day-short-year = Write the year with four digits, such as 1991.

error-to-dashboard = Go to the home page
error-to-consultations = Go to consultations
error-to-login = Log in
error-not-found-title = Page not found
error-not-found-body = This page does not exist, or does not belong to your account. Check the address, or go back to the home page.
error-wrong-method-title = This page cannot be opened that way
error-wrong-method-body = Go back to the page before and try again from there.
error-sign-in-title = Please log in first
error-sign-in-body = You are not logged in, or were logged out after a long pause. Log in and try again.
error-forbidden-title = This part is not for your account
error-forbidden-body = Your account cannot open this part. Go back to the home page. If it should, call the clinic.
error-foreign-form-title = This form is no longer valid
error-foreign-form-body = This form was opened before you logged in or out. Go back, reload the page and send it again. Nothing was changed.
error-foreign-origin-title = This form came from another address
error-foreign-origin-body = Open the clinic by the address that it gave you and fill the form in there. Nothing was changed. For the operator: if every form is refused like this, the proxy in front of Praktik has to pass the header Host on as it comes, with its port.
error-unreadable-form-title = The form cannot be read
error-unreadable-form-body = What was sent does not come from a page of ours. Go back, reload the page and fill it in again. Nothing was changed.
error-too-large-title = Too much was sent
error-too-large-body = What you sent is over the limit. Make it smaller and send it again.
error-too-slow-title = It took too long to arrive
error-too-slow-body = The connection is slow or was interrupted. Nothing was changed. Check your connection and send it again.
error-wrong-host-title = This address does not belong to the clinic
error-wrong-host-body = Open the clinic by the address that it gave you. For the operator: if this is the clinic’s own address, the proxy in front of Praktik has to pass the header Host on as it comes, and --domain has to name it.
error-wrong-kind-title = This kind of content is not accepted
error-wrong-kind-body = Go back to the page before and send it from the form there.
error-too-early-title = The room is not open yet
error-too-early-body = The consultation room opens exactly on time. Your consultation's page shows the countdown.
error-gone-title = The room is closed
error-gone-body = This consultation is over and its chat has been erased. The prescription, if there is one, is kept on the page Prescriptions.
error-closed-title = The room is closed
error-closed-body = Nothing more can be written in this conversation, and nobody called. What was written can still be read.
error-conflict-title = This cannot be done now
error-conflict-body = Things changed before your form arrived. Reload the page and try again.
error-too-many-title = Too many tries
error-too-many-body =
    { $minutes ->
        [one] Wait a minute, then try again.
       *[other] Wait { $minutes } minutes, then try again.
    }
error-unavailable-title = Not available right now
error-unavailable-body = Something is wrong on our side. What you sent last may not have been saved. Try again in a moment.
