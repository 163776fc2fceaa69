//! Whether time tells a stranger who has an account: login, forgotten password and registration through HTTP, once with
//! an address that is known and once with one that is not, in turn. Prints medians; ends with 1 if they differ by more
//! than 5 %.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::Context as _;
use praktik::{
    app::App,
    clinic::{
        accounts::{self, Email, NewAccount},
        patients::{self, BirthDate, Gender, NewPatient, Nik, Payer, Relationship},
    },
    infra::{
        clock::Clock,
        config::{Config, Waits},
        master_keys::MasterKeys,
        vault::{Private, VaultError},
    },
    server,
    web::{Lang, Role, limits::Limits},
};
use reqwest::{Client, StatusCode, redirect};
use tokio::net::TcpListener;

/// Pairs of requests that are measured; a few before them warm everything up.
const PAIRS: usize = 200;
const WARM_UP: usize = 10;
/// Medians may differ by this part.
const MOST: f64 = 0.05;

const KNOWN: &str = "siti@contoh.test";
const KNOWN_NIK: &str = "7371095203910001";
const WRONG: &str = "kata sandi yang salah";

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_writer(std::io::stderr).init();
    let folder = tempfile::tempdir()?;
    let app = open(folder.path()).await?;
    let listener = TcpListener::bind(app.config.listen).await?;
    let address = listener.local_addr()?;
    tokio::spawn(server::serve(app, listener, std::future::pending()));
    let visitor = Visitor::arrive(address).await?;
    let mut even = true;
    for act in [Act::LogIn, Act::Forgot, Act::RegisterEmail, Act::RegisterNik] {
        even &= measure(&visitor, act).await?;
    }
    Ok(if even { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A clinic with one patient, which lifts its limits and keeps its letters.
async fn open(folder: &std::path::Path) -> anyhow::Result<App> {
    let data = folder.join("data");
    std::fs::create_dir(&data)?;
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data,
        database: None,
        files: None,
        origin: "http://klinik.test".to_owned(),
        mail: None,
        demo: true,
        trusted_proxies: Vec::new(),
        secure: false,
        domain: None,
        waits: Waits::default(),
        ice_servers: Vec::new(),
        relay_only: false,
    };
    let master = MasterKeys::read_or_create(&folder.join("data.key"))?;
    let app = App::open(config, Clock::system(), master, Limits::none()).await?;
    let (parts, now) = (app.clone(), app.now());
    let refused = |_| anyhow::anyhow!("a field of the patient is refused");
    let account = NewAccount {
        role: Role::Patient,
        name: Private::new("Siti Rahmawati"),
        email: Email::parse(KNOWN).map_err(refused)?,
        password_hash: Some(app.passwords.hash("kucing di atas atap".into()).await?),
        lang: Lang::Id,
        time_zone: None,
    };
    let patient = NewPatient {
        name: Private::new("Siti Rahmawati"),
        known_by: Nik::parse(KNOWN_NIK).map_err(refused)?.into(),
        birth_place: Private::new("Makassar"),
        birth_date: BirthDate::parse("1991-03-12", app.clinic().day_of(now)).map_err(refused)?,
        gender: Gender::Female,
        address: Private::new("Jl. Sultan Alauddin No. 77"),
        phone: None,
        payer: Payer::General,
    };
    let made = app.db.write(move |tx| async move {
        let user = accounts::create(&tx, &parts.vault, account, now).await?;
        patients::create(&tx, &parts.vault, user, patient, Relationship::OneSelf, now).await?;
        Ok::<_, VaultError>(())
    });
    made.await?;
    Ok(app)
}

/// What is asked.
#[derive(Clone, Copy)]
enum Act {
    LogIn,
    Forgot,
    RegisterEmail,
    RegisterNik,
}

impl Act {
    const fn name(self) -> &'static str {
        match self {
            Self::LogIn => "login",
            Self::Forgot => "forgotten password",
            Self::RegisterEmail => "registration, e-mail",
            Self::RegisterNik => "registration, NIK",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::LogIn => "/login",
            Self::Forgot => "/password/forgot",
            Self::RegisterEmail | Self::RegisterNik => "/register",
        }
    }

    const fn status(self) -> StatusCode {
        if matches!(self, Self::LogIn) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::SEE_OTHER }
    }

    /// The form of the `number`th request: with what is known, or with what nobody has.
    fn form(self, number: usize, known: bool) -> Vec<(&'static str, String)> {
        let email = if known { KNOWN.to_owned() } else { format!("u{number:03}@contoh.test") };
        let fresh = format!("{}{number:03}@contoh.test", if known { "k" } else { "f" });
        // Another serial number and district for each, of the same birth.
        let serial = format!("73{:02}{:02}520391{:04}", 10 + number / 90, 1 + number % 90, if known { 2 } else { 3 });
        match self {
            Self::LogIn => vec![("email", email), ("password", WRONG.to_owned())],
            Self::Forgot => vec![("email", email)],
            Self::RegisterEmail => registration(email, serial),
            Self::RegisterNik if known => registration(fresh, KNOWN_NIK.to_owned()),
            Self::RegisterNik => registration(format!("n{fresh}"), serial.replace("5203910003", "5203910004")),
        }
    }
}

fn registration(email: String, nik: String) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = [
        ("name", "Rahmat Hidayat"),
        ("nik_confirmed", "yes"),
        ("birth_place", "Makassar"),
        ("birth_date", "1991-03-12"),
        ("gender", "female"),
        ("address", "Jl. Pelita No. 1"),
        ("payer", "general"),
        ("password", "anjing di bawah meja"),
        ("consent", "yes"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    fields.extend([("email", email), ("nik", nik)]);
    fields
}

/// A stranger with a browser's cookies and a form's token.
struct Visitor {
    client: Client,
    address: SocketAddr,
    token: String,
}

impl Visitor {
    async fn arrive(address: SocketAddr) -> anyhow::Result<Self> {
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build()?;
        let page = client.get(format!("http://{address}/login")).send().await?.text().await?;
        let token = page.split("name=\"csrf-token\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
        let token = token.context("the page has no token")?.to_owned();
        Ok(Self { client, address, token })
    }

    /// How long the answer takes, to its last byte.
    #[expect(clippy::disallowed_methods, reason = "a stranger's own clock is what is measured with")]
    async fn time(&self, act: Act, number: usize, known: bool) -> anyhow::Result<Duration> {
        let mut form = act.form(number, known);
        form.push(("csrf_token", self.token.clone()));
        let request = self.client.post(format!("http://{}{}", self.address, act.path())).form(&form);
        let began = std::time::Instant::now();
        let answer = request.send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        let took = began.elapsed();
        anyhow::ensure!(status == act.status(), "{} {known}: {status}: {body}", act.name());
        Ok(took)
    }
}

/// Measures pairs, the order within each in turn; whether the medians are close enough.
async fn measure(visitor: &Visitor, act: Act) -> anyhow::Result<bool> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..PAIRS + WARM_UP {
        let first = number % 2 == 0;
        let one = visitor.time(act, number, first).await?;
        let other = visitor.time(act, number, !first).await?;
        if number >= WARM_UP {
            let (of_known, of_unknown) = if first { (one, other) } else { (other, one) };
            known.push(of_known);
            unknown.push(of_unknown);
        }
    }
    let (known, unknown) = (median(known), median(unknown));
    let ratio = known / unknown;
    let even = (ratio - 1.0).abs() <= MOST;
    let verdict = if even { "even" } else { "TELLS" };
    println!("{:22} known {known:8.3} ms   unknown {unknown:8.3} ms   ratio {ratio:.3}   {verdict}", act.name());
    Ok(even)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(f64::NAN, |middle| middle.as_secs_f64() * 1_000.0)
}
