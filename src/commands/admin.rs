//! `praktik admin`: the first admin, with a one-time link instead of a default password (P5), and the way back in for
//! one who has lost phone, passkey and recovery codes (P3).

use std::net::SocketAddr;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use sea_orm::prelude::Uuid;

use super::serve::Place;
use crate::{
    app::App,
    clinic::{
        accounts::{self, Email, NewAccount},
        admin::Name,
        audit,
    },
    infra::{
        clock::Clock,
        print,
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{Lang, Role, limits::Limits},
};

/// What can be done with admins.
#[derive(Args)]
pub struct Admin {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Creates an admin and prints the link by which they choose their password.
    Create(Create),
    /// Takes every second factor of an account away, for somebody who has lost them all.
    ResetSecondFactor(ResetSecondFactor),
}

#[derive(Args)]
struct ResetSecondFactor {
    /// The account's e-mail.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
struct Create {
    /// The admin's e-mail.
    #[arg(long)]
    email: String,
    /// The admin's name.
    #[arg(long)]
    name: String,
    /// The name under which people reach the clinic, for the printed link.
    #[arg(long, env = "PRAKTIK_DOMAIN")]
    domain: Option<String>,
    /// Where `serve` listens, for the printed link of a clinic without a name.
    #[arg(long, env = "PRAKTIK_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
}

impl Admin {
    /// Carries it out.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.act {
            Act::Create(create) => create.run().await,
            Act::ResetSecondFactor(reset) => reset.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let origin = match &self.domain {
            Some(name) => format!("https://{name}"),
            None => format!("http://{}", self.listen),
        };
        let Ok(email) = Email::parse(&self.email) else { bail!("{:?} is no e-mail address", self.email) };
        let name = Name::parse(&self.name).map_err(|wrong| anyhow!("--name: {}", wrong.in_lang(Lang::En)))?;
        self.place.create()?;
        let master = self.place.master_key()?;
        let app = App::open(self.place.config(), Clock::system(), master, Limits::none()).await?;
        let path = create(&app, Private::new(name.as_str()), email).await;
        match path {
            Ok(path) => print::line(format_args!("{origin}{path}"))?,
            Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => {
                bail!("this e-mail has an account already; use another, or reset its password")
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// Creates an admin who has no password yet; the path at which they choose one, once.
pub async fn create(app: &App, name: Private, email: Email) -> Result<String, VaultError> {
    let account =
        NewAccount { role: Role::Admin, name, email, password_hash: None, lang: Lang::default(), time_zone: None };
    let now = app.now();
    let parts = app.clone();
    let token = app
        .db
        .write(move |tx| async move {
            let user = accounts::create(&tx, &parts.vault, account, now).await?;
            audit::record(&tx, created(user), now).await?;
            Ok::<_, VaultError>(accounts::create_password_link(&tx, user, now).await?)
        })
        .await?;
    Ok(format!("/password/reset/{token}"))
}

fn created(user: Uuid) -> audit::Act {
    audit::Act { actor: audit::OPERATOR, action: "create", subject: "account", subject_id: user, patient: None }
}

impl ResetSecondFactor {
    async fn run(self) -> anyhow::Result<()> {
        let Ok(email) = Email::parse(&self.email) else { bail!("{:?} is no e-mail address", self.email) };
        let master = self.place.existing_master_key()?;
        let app = App::open(self.place.config(), Clock::system(), master, Limits::none()).await?;
        let Some(user) = accounts::find_by_email(app.db.read(), &app.vault, &email).await? else {
            bail!("no account has this e-mail; look at its spelling")
        };
        accounts::second_factor::reset(&app, audit::OPERATOR, user.id).await?;
        print::line("second factors, recovery codes and sessions of this account are gone; the password is as it was")?;
        Ok(())
    }
}
