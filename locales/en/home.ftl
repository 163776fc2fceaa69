# The first page, and what each role sees first.

home-welcome-title = See a doctor from home
home-welcome-body = Consult the clinic's doctors from home, by message, voice or video. Your prescription reaches you here too.
home-register = Sign up as a patient
home-step-choose = Choose a doctor and a time
home-step-choose-body = See which times are free and take one, today or on another day.
home-step-talk = Talk to the doctor
home-step-talk-body = The consultation room opens exactly on time, for you and the doctor only. Before you book, you read whether its messages are erased or kept.
home-step-prescription = Get your prescription
home-step-prescription-body = The doctor writes a formal prescription. You read it here and show it at the pharmacy.

home-hello = Hello, { $name }
home-today = Today
home-tomorrow = Tomorrow
home-next = Next consultation
home-now = The consultation is open
home-opens-in = The room opens in
home-left = Time left
home-enter = Enter the consultation room
home-look = See the consultation
home-wait-days = { $days ->
    [one] { $hours ->
        [0] 1 day
        [one] 1 day 1 hour
       *[other] 1 day { $hours } hours
    }
   *[other] { $hours ->
        [0] { $days } days
        [one] { $days } days 1 hour
       *[other] { $days } days { $hours } hours
    }
}
home-wait-hours = { $hours ->
    [one] { $minutes ->
        [0] 1 hour
        [one] 1 hour 1 minute
       *[other] 1 hour { $minutes } minutes
    }
   *[other] { $minutes ->
        [0] { $hours } hours
        [one] { $hours } hours 1 minute
       *[other] { $hours } hours { $minutes } minutes
    }
}
home-wait-minutes = { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}
home-wait-moment = less than a minute
home-no-next = No consultation yet
home-no-next-body = Choose a doctor and a time that suits you.

home-quick = Shortcuts
home-find-doctor = Find a doctor
home-consultations = My consultations
home-prescriptions = My prescriptions
home-messages = Messages
home-active-title = Active prescriptions
home-active = { $count ->
    [one] 1 active prescription
   *[other] { $count } active prescriptions
}
home-active-none = No active prescriptions yet. What the doctor prescribes appears here.
home-all-prescriptions = All prescriptions
home-medicine-and = { $count ->
    [one] { $medicine } and 1 more medicine
   *[other] { $medicine } and { $count } more medicines
}
home-recent = What is new
home-recent-none = Nothing new yet.
home-all = All

home-doctor-no-next = No next consultation yet
home-doctor-no-next-body = As soon as a patient books, the consultation appears here.
home-day = Consultations today
home-day-none = No consultations today.
home-all-days = All

home-count-consultations = Consultations today
home-count-doctors = Active doctors
home-count-patients = Registered patients
home-count-products = Medicines that can be prescribed
home-admin-begin = Begin here
home-admin-begin-body = Add a doctor with consultation hours. Patients can book after that.
home-admin-doctors = Manage doctors
home-admin-products = Manage medicines

home-pharmacist = Welcome to the pharmacy
home-pharmacist-body = Your account is ready. Serve printed prescriptions as usual: compare the patient's name, the medicines and the doctor before you hand medicine over.
home-pharmacist-profile = Photo, phone, time zone, language
home-pharmacist-security = Password, second step, devices logged in
home-pharmacist-notifications = News from the clinic

home-warnings = Needs attention
home-warn-audit = The audit log is broken: entries were changed outside the app.
home-warn-audit-cure = See the audit log
home-warn-clock-ahead = The clock of the clinic's computer went forward by { $difference }: the computer says { $new }, while Praktik still uses { $old }. If the computer's clock is right, accept the new time.
home-warn-clock-behind = The clock of the clinic's computer went back by { $difference }: the computer says { $new }, while Praktik still uses { $old }. If the computer's clock is right, accept the new time.
home-warn-clock-accept = Accept the new time
home-warn-start-before = When Praktik was started, the computer's clock ({ $start }) was earlier than the clinic's last entry ({ $last }). Closing and erasing of rooms waits for your answer, for 10 minutes at most. If that clock is wrong, correct the computer's clock first.
home-warn-start-after = When Praktik was started, the computer's clock ({ $start }) was two weeks or more after the clinic's last entry ({ $last }). Closing and erasing of rooms waits for your answer, for 10 minutes at most. If that clock is wrong, correct the computer's clock first.
home-warn-start-right = The computer's clock is right
home-clock-accepted = Praktik now uses the computer's time.
home-clock-changed = The computer's clock changed again. Check the time once more.
home-warn-no-mail = There is no mail server: links for new passwords and invitations cannot be sent. Run praktik serve with --mail and --mail-from. Until then invitations are shown as links.
home-warn-sheet = The recovery sheet was not printed and typed back yet. Without it, the data is lost for good if the key on the clinic's computer breaks.
home-warn-sheet-cure = Open the recovery sheet
home-warn-factors = { $count ->
    [one] 1 member of staff has not set up a second step: a password alone protects the account. Ask them to log in and set it up.
   *[other] { $count } members of staff have not set up a second step: a password alone protects their accounts. Ask them to log in and set it up.
}
home-warn-factors-cure = See the staff
home-warn-mail-login =
    { $count ->
        [one] One e-mail was not sent: the mail server refuses the clinic's user name or password. Correct --mail. It is tried again for 24 hours.
       *[other] { $count } e-mails were not sent: the mail server refuses the clinic's user name or password. Correct --mail. They are tried again for 24 hours.
    }
home-warn-mail-sender =
    { $count ->
        [one] One e-mail was not sent: the mail server refuses the sender's address. Correct --mail-from. It is tried again for 24 hours.
       *[other] { $count } e-mails were not sent: the mail server refuses the sender's address. Correct --mail-from. They are tried again for 24 hours.
    }
home-warn-mail-turned-away =
    { $count ->
        [one] One e-mail was not sent: the mail server does not serve the clinic. Ask its provider. It is tried again for 24 hours.
       *[other] { $count } e-mails were not sent: the mail server does not serve the clinic. Ask its provider. They are tried again for 24 hours.
    }
home-warn-mail-insecure =
    { $count ->
        [one] One e-mail was not sent: no secure connection to the mail server can be made. Check --mail. It is tried again for 24 hours.
       *[other] { $count } e-mails were not sent: no secure connection to the mail server can be made. Check --mail. They are tried again for 24 hours.
    }
home-warn-mail-away =
    { $count ->
        [one] One e-mail was not sent: the mail server cannot be reached, or does not answer. Check --mail. It is tried again for 24 hours.
       *[other] { $count } e-mails were not sent: the mail server cannot be reached, or does not answer. Check --mail. They are tried again for 24 hours.
    }
home-warn-mail-busy =
    { $count ->
        [one] One e-mail was not sent: the mail server asks to try again later. It is tried again for 24 hours.
       *[other] { $count } e-mails were not sent: the mail server asks to try again later. They are tried again for 24 hours.
    }
home-warn-mail-refused =
    { $count ->
        [one] One e-mail was refused for its recipient's address and is not tried again. Check the address of that patient or member of staff. Refused e-mails are kept for 7 days.
       *[other] { $count } e-mails were refused for their recipients' addresses and are not tried again. Check the addresses of those patients or members of staff. Refused e-mails are kept for 7 days.
    }
home-warn-mail-refused-cure = Send again
home-letters-again = Refused e-mails are being sent again.
home-warn-sip-ended =
    { $count ->
        [one] The SIP of one active doctor has ended: the doctor cannot prescribe.
       *[other] The SIPs of { $count } active doctors have ended: they cannot prescribe.
    }
home-warn-sip-ending =
    { $count ->
        [one] The SIP of one doctor ends within 60 days. After that the doctor cannot prescribe.
       *[other] The SIPs of { $count } doctors end within 60 days. After that they cannot prescribe.
    }
home-warn-settings = The clinic's address, city or phone is missing. The head of prescriptions needs them.
home-warn-settings-cure = Fill in the settings
