# What every page uses: the frame, navigation, states, and the words of forms.

common-product = Praktik
common-skip = Skip to the content
common-nav = Main navigation
common-nav-dashboard = Home
common-nav-doctors = Doctors
common-nav-consultations = Consultations
common-nav-messages = Messages
common-nav-prescriptions = Prescriptions
common-nav-products = Medicines

common-log-in = Log in
common-log-out = Log out
common-register = Sign up
common-account = Account
common-role-patient = Patient
common-role-doctor = Doctor
common-role-admin = Clinic admin
common-role-pharmacist = Pharmacist

common-notifications = Notifications
common-unread = unread

common-language = Language
common-language-id = Indonesia
common-language-en = English

common-presence-available = Available
common-presence-busy = In a consultation
common-presence-away = Away
common-presence-offline = Offline
common-presence-unknown = Not certain

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
common-save = Save
common-cancel = Cancel
common-back = Back
