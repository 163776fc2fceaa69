//! One private PostgreSQL for the whole test process, gone with it however it ends.
//!
//! A shell stands between: it starts the server, says where it listens and then reads its standard input, a pipe that
//! only the test process holds. Whatever ends that process, `kill -9` included, closes the pipe; the shell then stops the
//! server and removes its folder. A destructor could not promise this: statics are never dropped.

use std::{
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
};

/// A running server. It stops when the process that started it ends.
pub(crate) struct Postgres {
    port: u16,
    /// Held for as long as the process lives; its closing is the signal to stop.
    _lifeline: ChildStdin,
}

impl Postgres {
    /// The address of a database of this server; `postgres` is there from the start, others are for tests to create.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

/// The server of this test process, started at the first call.
///
/// # Panics
/// If PostgreSQL is not installed or does not start: the message says which, and what the server wrote.
pub(crate) fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| {
        let binaries = newest_binaries(Path::new("/usr/lib/postgresql"))
            .unwrap_or_else(|| panic!("PostgreSQL is not installed; on Debian: apt-get install postgresql"));
        let mut told = String::new();
        // Another process may take the port between our looking and the server's start.
        for _ in 0..3 {
            match start(&binaries, free_port()) {
                Ok(postgres) => return postgres,
                Err(reason) => told = reason,
            }
        }
        panic!("PostgreSQL did not start:\n{told}")
    })
}

/// `initdb` and its like of the highest version: Debian keeps each in a folder of its own, outside the path.
fn newest_binaries(versions: &Path) -> Option<PathBuf> {
    std::fs::read_dir(versions)
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let binaries = entry.path().join("bin");
            binaries.join("initdb").exists().then_some((version, binaries))
        })
        .max()
        .map(|(_, binaries)| binaries)
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|error| panic!("no free port on 127.0.0.1: {error}"))
        .port()
}

fn start(binaries: &Path, port: u16) -> Result<Postgres, String> {
    let mut supervisor = Command::new("/bin/sh")
        .args(["-c", SUPERVISOR, "postgres-for-tests"])
        .arg(binaries)
        .arg(port.to_string())
        .current_dir("/")
        // Ctrl-C reaches every process of the terminal's group; the shell must live on to clean up.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    wait_until_ready(&mut supervisor)?;
    match supervisor.stdin.take() {
        Some(lifeline) => Ok(Postgres { port, _lifeline: lifeline }),
        None => Err("the pipe to the server's shell is missing".to_owned()),
    }
}

/// Reads the shell's one line, `ready`, or else everything that it says until it gives up.
fn wait_until_ready(supervisor: &mut Child) -> Result<(), String> {
    let mut told = String::new();
    if let Some(stdout) = supervisor.stdout.take() {
        let mut lines = BufReader::new(stdout);
        if lines.read_line(&mut told).is_ok() && told == "ready\n" {
            return Ok(());
        }
        let mut rest = String::new();
        if lines.read_to_string(&mut rest).is_ok() {
            told.push_str(&rest);
        }
    }
    Err(told)
}

/// Arguments: folder of the binaries, port. PostgreSQL refuses to run as root, hence `runuser`. Without a disk to wait for
/// (`fsync=off`) the tests are faster; what survives a power cut is not theirs to show. `synchronous_commit` stays on.
/// Nothing is vacuumed: the hundreds of databases of tests that are over would be looked through all the while.
const SUPERVISOR: &str = r#"
binaries=$1 port=$2
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
unset PGDATA PGHOST PGPORT PGUSER PGOPTIONS
folder=$(mktemp -d "${TMPDIR:-/tmp}/praktik-postgres.XXXXXXXX") || exit 1
trap '' HUP INT PIPE TERM
cleanup() {
    as "$binaries/pg_ctl" -D "$folder/data" stop -m immediate -w -t 20 >/dev/null 2>&1
    rm -rf "$folder"
}
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
if as "$binaries/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale C --no-sync --no-instructions \
        >"$folder/initdb.log" 2>&1 </dev/null &&
    cat >>"$folder/data/postgresql.conf" <<END &&
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 300
shared_buffers = 64MB
jit = off
autovacuum = off
logging_collector = off
END
    as "$binaries/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -w -t 60 start >"$folder/start.log" 2>&1 </dev/null
then
    echo ready
    exec >/dev/null
    while read -r _; do :; done
    cleanup
else
    cat "$folder/initdb.log" "$folder/start.log" "$folder/data/server.log" 2>/dev/null
    cleanup
    exit 1
fi
"#;
