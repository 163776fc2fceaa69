//! The database on the server that the operator named, or what is wrong with the name or the server.

use std::{str::FromStr as _, time::Duration};

use anyhow::{anyhow, bail};
use sea_orm::sqlx::{self, Connection as _, PgConnection, postgres::PgConnectOptions};

use super::{db::Db, tls};

/// The name may hold a password and is not repeated.
const NO_URL: &str = "the database is not named as in postgres://USER:PASSWORD@HOST/NAME; without --database the clinic \
    is kept in a file in the data folder";
/// A server that is there answers within this; the pool of connections would ask again and again for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the database at `url`, once its server has let us in.
pub async fn open(url: &str) -> anyhow::Result<Db> {
    let (connection, _) = connect(url, |server| server).await?;
    connection.close().await.unwrap_or_default();
    Ok(Db::open(url).await?)
}

/// A connection to the server at `url` that is in no pool, as `shape` leaves its options, and how to make another.
pub(super) async fn connect(
    url: &str,
    shape: impl FnOnce(PgConnectOptions) -> PgConnectOptions,
) -> anyhow::Result<(PgConnection, PgConnectOptions)> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        bail!(NO_URL);
    }
    let server = shape(PgConnectOptions::from_str(url).map_err(|_| anyhow!(NO_URL))?);
    tls::install();
    match tokio::time::timeout(PATIENCE, PgConnection::connect_with(&server)).await {
        Ok(Ok(connection)) => Ok((connection, server)),
        Ok(Err(error @ sqlx::Error::Database(_))) => bail!(
            "the database {} on {} cannot be opened: {error}; look at name, user and password in --database",
            server.get_database().unwrap_or_default(),
            place(&server)
        ),
        Ok(Err(error)) => bail!("{}: {error}; {CURE}", unreachable(&server)),
        Err(_) => bail!("{}: no answer for {} s; {CURE}", unreachable(&server), PATIENCE.as_secs()),
    }
}

const CURE: &str = "is it running there, and is --database right?";

fn unreachable(server: &PgConnectOptions) -> String {
    format!("the PostgreSQL server at {} cannot be reached", place(server))
}

fn place(server: &PgConnectOptions) -> String {
    format!("{}:{}", server.get_host(), server.get_port())
}
