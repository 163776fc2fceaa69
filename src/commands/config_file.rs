//! `--config FILE`: options in a file, for those that stand neither on the command line nor in the environment.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{ArgMatches, Command, CommandFactory as _, parser::ValueSource};
use toml::{Table, Value};

use super::Cli;

/// The command line with what the file of `--config` adds to it. The file is TOML; its names are those of the options,
/// and what is no option of `serve` is an error. One file does for all commands: each takes what it knows.
pub fn with_file(mut given: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    // What is wrong with the command line, or asks for help, is said when it is read in earnest.
    let Ok(matches) = Cli::command().ignore_errors(true).try_get_matches_from(&given) else { return Ok(given) };
    let (command, matches) = innermost(Cli::command(), &matches);
    let Ok(Some(file)) = matches.try_get_one::<PathBuf>("config_file") else { return Ok(given) };
    for (name, value) in read(file)? {
        let option = command.get_arguments().find(|option| option.get_long() == Some(&name));
        let Some(option) = option else {
            if is_option_of_serve(&name) {
                continue;
            }
            bail!("{}: there is no option {name}; `praktik serve --help` names them", file.display());
        };
        let source = matches.value_source(option.get_id().as_str());
        if !matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable)) {
            given.extend(argument(&name, &value).with_context(|| format!("{}: {name}", file.display()))?);
        }
    }
    Ok(given)
}

fn read(file: &Path) -> anyhow::Result<Table> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    // The cause alone: a line that is cited may hold a password.
    toml::from_str(&text).map_err(|error| anyhow::anyhow!("{} is not TOML: {}", file.display(), error.message()))
}

/// The command that is meant, below groups of commands such as `keys`.
fn innermost(command: Command, matches: &ArgMatches) -> (Command, &ArgMatches) {
    match matches.subcommand() {
        Some((name, inner)) => match command.find_subcommand(name).cloned() {
            Some(found) => innermost(found, inner),
            None => (command, matches),
        },
        None => (command, matches),
    }
}

fn is_option_of_serve(name: &str) -> bool {
    let command = Cli::command();
    let serve = command.find_subcommand("serve");
    serve.is_some_and(|serve| serve.get_arguments().any(|option| option.get_long() == Some(name)))
}

/// `--name=value` as one would type it; nothing for a switch that is off.
fn argument(name: &str, value: &Value) -> anyhow::Result<Option<OsString>> {
    let text = match value {
        Value::Boolean(true) => return Ok(Some(format!("--{name}").into())),
        Value::Boolean(false) => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Array(values) if values.iter().all(Value::is_str) => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
        }
        Value::Array(_) => serde_json::to_string(value)?,
        _ => bail!("a text, a number, true, false or a list is expected"),
    };
    Ok(Some(format!("--{name}={text}").into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str, given: &[&str]) -> anyhow::Result<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("praktik.toml");
        fs::write(&file, text).unwrap();
        let config = format!("--config={}", file.display());
        let line = [given, &[config.as_str()]].concat().iter().map(OsString::from).collect();
        let all = with_file(line)?;
        Ok(all[given.len() + 1..].iter().map(|argument| argument.to_string_lossy().into_owned()).collect())
    }

    const FILE: &str = r#"
        listen = "127.0.0.1:9000"
        data = "/srv/clinic"
        trusted-proxy = ["127.0.0.1/32", "::1/128"]
        relay-only = true
        ice-servers = [{ urls = "turn:turn.example" }]
    "#;

    #[test]
    fn the_file_says_what_the_command_line_does_not() {
        let added = read_as(FILE, &["praktik", "serve", "--listen", "127.0.0.1:1"]).unwrap();
        assert_eq!(
            added,
            [
                "--data=/srv/clinic",
                r#"--ice-servers=[{"urls":"turn:turn.example"}]"#,
                "--relay-only",
                "--trusted-proxy=127.0.0.1/32,::1/128"
            ]
        );
    }

    #[test]
    fn another_command_takes_of_it_what_it_knows() {
        assert_eq!(read_as(FILE, &["praktik", "audit", "verify"]).unwrap(), ["--data=/srv/clinic"]);
        assert_eq!(read_as(FILE, &["praktik", "serve", "--help"]).unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_no_option_or_no_value_is_named_and_no_line_is_cited() {
        let said = |text| read_as(text, &["praktik", "serve"]).unwrap_err().to_string();
        assert!(said("lisen = \"x\"").contains("no option lisen"));
        assert!(said("mail = { a = 1 }").contains("mail"));
        let unreadable = said("mail = \"smtp://me:secret@mail");
        assert!(unreadable.contains("not TOML") && !unreadable.contains("secret"), "{unreadable}");
    }
}
