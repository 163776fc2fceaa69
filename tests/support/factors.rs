//! What people hold beside their password: an app that shows codes, and a list of recovery codes.

use praktik::{clinic::accounts::second_factor::PAGE, infra::clock::Instant};
use reqwest::StatusCode;
use scraper::Selector;
use totp_rs::{Builder, Secret};

use super::{Answer, Browser, Passkey, TestClinic};

/// An app that shows codes.
pub struct Authenticator {
    /// In base32, as it is typed in by hand.
    pub secret: String,
    /// What was shown once when it was set up.
    pub recovery_codes: Vec<String>,
}

impl Authenticator {
    /// The app that was given the secret of a page.
    pub fn of(page: &Answer) -> Self {
        let secret = page.text("#totp-secret").unwrap_or_else(|| panic!("no secret: {}", page.body));
        Self { secret: secret.replace(' ', ""), recovery_codes: Vec::new() }
    }

    /// The code that a phone shows whose clock says `at`.
    pub fn code(&self, at: Instant) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(at.millis() / 1000).unwrap()).to_string()
    }
}

/// The recovery codes that a page shows.
pub fn codes_on(page: &Answer) -> Vec<String> {
    let html = page.html();
    let items = Selector::parse("#recovery-codes li").unwrap();
    html.select(&items).map(|item| item.text().collect::<String>().trim().to_owned()).collect()
}

impl TestClinic {
    /// Sets an app up in `browser`, as its page says.
    pub async fn set_up_app(&self, browser: &Browser) -> Authenticator {
        let (app, shown) = self.try_to_set_up_app(browser).await;
        assert_eq!(shown.status, StatusCode::OK, "{} {}", shown.location(), shown.body);
        Authenticator { recovery_codes: codes_on(&shown), ..app }
    }

    /// The same, with what was answered.
    pub async fn try_to_set_up_app(&self, browser: &Browser) -> (Authenticator, Answer) {
        let path = format!("{PAGE}/totp");
        let page = browser.get(&path).await;
        let app = Authenticator::of(&page);
        let setup = page.attributes("input[name=setup]", "value").remove(0);
        let shown = browser.post(&path, &[("setup", &setup), ("code", &app.code(self.app.now()))]).await;
        (app, shown)
    }

    /// Adds a passkey in `browser`, as the page's script does.
    pub async fn add_passkey(&self, browser: &Browser, name: &str) -> (Passkey, Answer) {
        let options = browser.post_json(&format!("{PAGE}/passkeys/options"), &[]).await;
        assert_eq!(options.status, StatusCode::OK, "{}", options.body);
        let passkey = Passkey::new("http://klinik.test");
        let made = passkey.made(&options.json());
        let kept = browser.post(&format!("{PAGE}/passkeys"), &[("passkey_name", name), ("credential", &made)]).await;
        (passkey, kept)
    }
}
