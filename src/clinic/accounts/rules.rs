//! What an account's fields must be, how long a session lasts and how often a secret may be tried.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    infra::{mail, passwords},
    web::{Role, Sentence, forms},
};

const LARGEST_EMAIL: usize = 254;
const SHORTEST_PASSWORD: usize = 10;
/// Longer ones are refused before hashing, so that a password cannot keep the machine busy.
const LONGEST_PASSWORD: usize = 200;

/// An address that can be an account's: checked in form, folded to lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address as somebody typed it; letters can be sent to it.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let email = Self::known(text)?;
        if mail::is_address(email.as_str()) { Ok(email) } else { Err(Sentence::new("accounts-email-undeliverable")) }
    }

    /// Reads an address that an account may have, also one from before to which no letter can be sent: its holder must
    /// still come in and be found.
    pub fn known(text: &str) -> Result<Self, Sentence> {
        let text = forms::code(text, LARGEST_EMAIL)?;
        let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !domain.contains("..")
                && !domain.contains('@')
        });
        let letters = text.chars().all(|letter| letter.is_ascii_graphic() && !"<>()[],;:\\\"".contains(letter));
        if well_formed && letters { Ok(Self(text.to_lowercase())) } else { Err(Sentence::new("accounts-email-wrong")) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that may be set, by somebody of whom `about` is known: name, address, clinic. NIST SP 800-63B: length
/// counts, not the mix of letters; what is on everybody's list, or made of what is known of the person, is refused.
pub fn password(text: &str, about: &[&str]) -> Result<SecretString, Sentence> {
    let prepared = passwords::prepare(text);
    let text = prepared.expose_secret();
    let length = text.chars().count();
    if length == 0 {
        return Err(Sentence::new("form-required"));
    }
    if length < SHORTEST_PASSWORD {
        return Err(Sentence::new("accounts-password-short")
            .with("length", length)
            .with("shortest", SHORTEST_PASSWORD));
    }
    if length > LONGEST_PASSWORD {
        return Err(Sentence::new("form-too-long").with("length", length).with("largest", LONGEST_PASSWORD));
    }
    if easily_guessed(text, about) {
        return Err(Sentence::new("accounts-password-guessed"));
    }
    Ok(prepared)
}

/// Whether a password that is to be compared is longer than any can be.
pub(super) fn is_too_long(typed: &str) -> bool {
    passwords::prepare(typed).expose_secret().chars().count() > LONGEST_PASSWORD
}

/// Fewer guesses than this are within reach of somebody who has the hash and a weekend. zxcvbn gives a hundred million for
/// any three parts: a known word, another and a digit must lie below.
const FEWEST_GUESSES: u64 = 200_000_000;

/// Words that passwords here are made of, which lists from elsewhere do not know.
const COMMON_HERE: [&str; 40] = [
    "admin",
    "allah",
    "alhamdulillah",
    "anak",
    "aku",
    "bandung",
    "bismillah",
    "bunda",
    "cantik",
    "cinta",
    "dokter",
    "doraemon",
    "ganteng",
    "garuda",
    "indonesia",
    "jakarta",
    "kamu",
    "katasandi",
    "keluarga",
    "klinik",
    "kucing",
    "makassar",
    "mama",
    "manis",
    "masuk",
    "merdeka",
    "muhammad",
    "mutiara",
    "pancasila",
    "papa",
    "pasien",
    "persib",
    "praktik",
    "puskesmas",
    "rahasia",
    "sandi",
    "sayang",
    "sehat",
    "surabaya",
    "terserah",
];

/// Whether somebody who tries likely passwords first comes to this one soon.
fn easily_guessed(text: &str, about: &[&str]) -> bool {
    let whole: Vec<String> = about.iter().map(|text| text.trim().to_lowercase()).collect();
    let apart = whole.iter().flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
    let known: Vec<&str> = whole
        .iter()
        .map(String::as_str)
        .chain(apart)
        .filter(|word| word.chars().count() >= 3)
        .chain(COMMON_HERE)
        .collect();
    zxcvbn::zxcvbn(&text.to_lowercase(), &known).guesses() < FEWEST_GUESSES
}

/// How long a session lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionLife {
    /// Without being used.
    pub idle: Duration,
    /// At all.
    pub longest: Duration,
    /// Whether a page that stays open, and does nothing, is use.
    pub open_page_is_use: bool,
}

/// How long a session of `role` lasts (OWASP ASVS 5.0, 7.3). A patient's phone is their own, and who must type a
/// password when the doctor calls misses the call. Doctors and pharmacists work at machines that others pass by, with the
/// clinic's page open all day. An admin comes for a task, and can do the most harm.
pub const fn session_life(role: Role) -> SessionLife {
    let (idle, longest) = match role {
        Role::Patient => (Duration::from_hours(7 * 24), Duration::from_hours(30 * 24)),
        Role::Doctor | Role::Pharmacist => (Duration::from_hours(1), Duration::from_hours(24)),
        Role::Admin => (Duration::from_mins(30), Duration::from_hours(12)),
    };
    SessionLife { idle, longest, open_page_is_use: !matches!(role, Role::Admin) }
}

/// How often a secret may be tried in a row, and how long the next try waits then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    free: i32,
    first_wait: Duration,
}

/// From one browser or network at one account: a forgetful person's handful, then longer and longer.
pub const TRIES_FROM_ONE_PLACE: Patience = Patience { free: 5, first_wait: Duration::from_secs(30) };
/// At one account from all browsers together that are not known to it: a guesser with many addresses gets no further
/// than a hundred tries a day.
pub const TRIES_FROM_ANYWHERE: Patience = Patience { free: 50, first_wait: Duration::from_mins(1) };
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// Who has not tried for this long begins anew.
pub const TRIES_FORGOTTEN_AFTER: Duration = Duration::from_hours(24);

impl Patience {
    /// How long the next try waits after `count` in a row.
    pub fn wait_after(self, count: i32) -> Duration {
        let Ok(over) = u32::try_from(count - self.free) else { return Duration::ZERO };
        self.first_wait.saturating_mul(1_u32.checked_shl(over.min(10)).unwrap_or(u32::MAX)).min(LONGEST_WAIT)
    }
}

/// A browser and its system, as far as its user agent (RFC 9110, section 10.1.5) tells; by the first mark that is found,
/// since browsers name those whom they resemble after themselves.
pub fn browser_and_system(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    const BROWSERS: [(&str, &str); 13] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("UCBrowser/", "UC Browser"),
        ("YaBrowser/", "Yandex"),
        ("MiuiBrowser/", "Mi Browser"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 8] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
        ("KAIOS", "KaiOS"),
    ];
    let first = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    (first(&BROWSERS), first(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_folded_so_that_one_person_has_one_account() {
        assert!(Email::parse(" Siti@Contoh.ID ").is_ok_and(|email| email.as_str() == "siti@contoh.id"));
    }

    #[test]
    fn an_address_is_read_as_it_is_seen() {
        for text in ["\u{202a}siti@contoh.id\u{202c}", "siti@contoh.id\u{200b}", "ｓｉｔｉ＠ｃｏｎｔｏｈ．ｉｄ"]
        {
            assert!(Email::parse(text).is_ok_and(|email| email.as_str() == "siti@contoh.id"), "{text:?}");
        }
    }

    #[test]
    fn an_address_that_no_letter_reaches_is_refused_and_yet_known() {
        for text in ["a..b@contoh.id", ".a@c.test", "a.@c.test", "a@-c.test", "a@c-.test"] {
            let refused = Email::parse(text).err().map(|sentence| sentence.key());
            assert_eq!(refused, Some("accounts-email-undeliverable"), "{text}");
            assert!(Email::known(text).is_ok(), "{text}");
        }
        for text in ["a.b+c@contoh.id", "o'neil@contoh.co.id", "a_b@sub.contoh.id", "1@xn--bcher-kva.example"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["", "siti", "siti@", "@contoh.id", "siti@contoh", "a@b@c.id", "siti@.id", "<b>@x.id", "😀@x.id"]
        {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_short_password_is_refused() {
        assert!(password("rahasia", &[]).is_err());
        assert!(password("kucing di atas atap", &[]).is_ok());
    }

    #[test]
    fn a_password_that_is_guessed_soon_is_refused() {
        let about = ["Siti Rahmawati", "siti.rahmawati@contoh.id", "Klinik Melati"];
        for soon in [
            "1234567890",
            "password123",
            "qwertyuiop",
            "aaaaaaaaaaaaaaa",
            "rahasia123",
            "indonesia1945",
            "sayangkamu",
            "bismillah123",
            "rahmawati1991",
            "sitirahmawati",
            "klinikmelati",
            "KlinikMelati1",
            "siti.rahmawati@contoh.id",
        ] {
            let refused = password(soon, &about).err();
            assert_eq!(refused.map(|sentence| sentence.key()), Some("accounts-password-guessed"), "{soon}");
        }
        for fine in ["anjing di bawah meja", "sepeda biru tua 7", "Xq7!vT2#pL9z", "hujan turun di bulan juni"] {
            assert!(password(fine, &about).is_ok(), "{fine}");
        }
    }

    #[test]
    fn tries_are_free_at_first_and_then_wait_longer_and_longer() {
        let wait = |count| TRIES_FROM_ONE_PLACE.wait_after(count).as_secs();
        assert_eq!(
            [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 1_000, i32::MAX].map(wait),
            [0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900]
        );
    }

    #[test]
    fn a_browser_is_named_by_what_it_is_and_not_by_what_it_resembles() {
        let told = |agent| browser_and_system(agent);
        let chrome =
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";
        assert_eq!(told(chrome), (Some("Chrome"), Some("Android")));
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(told(edge), (Some("Edge"), Some("Windows")));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(told(safari), (Some("Safari"), Some("iPhone")));
        assert_eq!(
            told("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
            (Some("Firefox"), Some("Linux"))
        );
        assert_eq!(told("something else"), (None, None));
    }
}
