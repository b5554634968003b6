//! `sconce serve`: settings -> files -> models on threads of their own -> HTTP, and down again in the opposite order.
//! This is the only place where the crates meet. Nothing listens before the models are ready; the port is taken first, so
//! that a wrong one is known before a long load. Next: `source.rs`, then the crates' own `lib.rs`.

mod adapter;
mod banner;
mod encoder;
mod folders;
mod load;
mod logging;
mod signals;
mod source;
mod store;
mod synthetic;
mod wanted;

use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use sconce_engine::LoraId;
use sconce_models::ModelInfo;
use sconce_server::{App, SamplingDefaults, Served, ServedAdapter, ServedModel};
use sconce_store::Store;
use sconce_text::TextModel;
use tokio::net::{TcpListener, TcpSocket};

use crate::Failure;
use crate::cli::ServeArgs;
use crate::settings::{Listen, LogFormat, Settings};
use banner::{Banner, Phases};
use load::{Loaded, LoadedModel};
use signals::Signals;
use source::Source;
use wanted::Wanted;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4096;
/// What the engine gets to end what a drain left over.
const ENGINE_LAST_WORDS: Duration = Duration::from_secs(2);

/// Serves until a signal; returns after the drain.
///
/// # Errors
/// [`Failure::Usage`] for settings that make no sense, [`Failure::Failed`] for everything that goes wrong later.
pub(crate) async fn run(args: &ServeArgs, started: Instant) -> Result<(), Failure> {
    let settings = Settings::load(args.config.as_deref(), environment(), args.layers()).map_err(Failure::Usage)?;
    if args.print_config {
        println!("{}", settings.lines().join("\n"));
        return Ok(());
    }
    let models = wanted::all(&settings).map_err(Failure::Usage)?;
    logging::init(&settings.log).map_err(Failure::Usage)?;
    if args.empty_key_in_variable() && settings.server.api_keys.is_empty() {
        tracing::warn!("SCONCE_API_KEY is set to nothing: no key is asked for");
    }
    for line in settings.lines() {
        tracing::debug!("setting {line}");
    }
    let mut signals = Signals::install().context("cannot wait for signals")?;
    let (socket, wanted) = take_address(&settings.listen).await?;
    let store = store::open(&settings.store)?;
    let (loaded, mut phases) = tokio::select! {
        loaded = load::load_all(&models, &settings) => loaded?,
        () = signals.stop() => {
            // The loading thread cannot be interrupted, and nobody is waiting for it.
            stop_at_once("stopped while loading");
        }
    };
    let listener = socket.listen(BACKLOG).with_context(|| format!("cannot listen on {wanted}"))?;
    phases.total = started.elapsed();
    announce(&settings, &models, &loaded, &listener, &phases)?;
    serve(settings, loaded, store, (listener, signals)).await?;
    Ok(())
}

/// Ends the process, also if nobody reads what it says.
fn stop_at_once(why: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "{why}");
    std::process::exit(1)
}

fn announce(
    settings: &Settings,
    wanted: &[Wanted],
    loaded: &[Loaded],
    listener: &TcpListener,
    phases: &Phases,
) -> Result<()> {
    let banner = Banner {
        models: loaded,
        is_demo: wanted.iter().all(|wanted| wanted.source == Source::Demo),
        address: listener.local_addr().context("the listener has no address")?,
        has_keys: !settings.server.api_keys.is_empty(),
        phases,
    };
    match settings.log.format {
        LogFormat::Text => println!("{}", banner.text()),
        LogFormat::Json => println!("{}", banner.json()),
    }
    Ok(())
}

async fn serve(
    settings: Settings,
    loaded: Vec<Loaded>,
    store: Option<Store>,
    (listener, mut signals): (TcpListener, Signals),
) -> Result<()> {
    let app = App::new(settings.server, loaded.iter().map(served).collect::<Vec<_>>()).with_store(store);
    let stop = async move {
        signals.stop().await;
        // A second signal does not wait for anything.
        tokio::spawn(async move {
            signals.stop_now().await;
            stop_at_once("stopped without waiting for running answers");
        });
    };
    sconce_server::serve(listener, app, stop).await.context("the server failed")?;
    let ended = tokio::task::spawn_blocking(move || {
        loaded.into_iter().for_each(|loaded| loaded.model.shutdown(ENGINE_LAST_WORDS));
    });
    ended.await.context("the engines did not end in order")
}

/// What the server is told of a model.
fn served(loaded: &Loaded) -> Served {
    let Loaded { names, adapters, text, model } = loaded;
    match model {
        LoadedModel::Encoder { engine, info } => encoder::served(names, text.clone(), engine, info).into(),
        LoadedModel::Generator { engine, info } => {
            let mut names = names.iter().cloned();
            let model = ServedModel {
                id: names.next().unwrap_or_default(),
                aliases: names.collect(),
                created: std::time::UNIX_EPOCH.elapsed().map_or(0, |age| age.as_secs()),
                owned_by: "sconce".to_owned(),
                text: text.clone(),
                handle: engine.handle(),
                max_len: info.max_len,
                stop_tokens: stop_tokens(info, text),
                defaults: sampling_defaults(info),
                adapters: adapters
                    .iter()
                    .zip(0..)
                    .map(|(id, at)| ServedAdapter { id: id.clone(), lora: LoraId(at) })
                    .collect(),
            };
            model.into()
        }
    }
}

/// What ends an answer: the ids of the model's files and, as in vLLM, the tokenizer's own end, where it is a control token.
fn stop_tokens(info: &ModelInfo, text: &TextModel) -> Vec<u32> {
    let mut ids = info.eos_token_ids.clone();
    let own = text.eos_token().and_then(|token| text.special_token_id(token));
    ids.extend(own.filter(|id| !ids.contains(id) && *id < info.vocab_size));
    ids
}

fn sampling_defaults(info: &ModelInfo) -> SamplingDefaults {
    let given = &info.generation;
    SamplingDefaults {
        temperature: given.temperature,
        top_k: given.top_k,
        top_p: given.top_p,
        min_p: given.min_p,
        repetition_penalty: given.repetition_penalty,
        max_tokens: given.max_new_tokens,
    }
}

/// Takes the port without listening on it: clients are refused, not kept waiting, until the model is there.
async fn take_address(listen: &Listen) -> Result<(TcpSocket, SocketAddr)> {
    let Listen { host, port } = listen;
    let mut addresses = tokio::net::lookup_host((host.as_str(), *port))
        .await
        .with_context(|| format!("--host '{host}' is not an address of this machine"))?;
    let address = addresses.next().ok_or_else(|| anyhow!("--host '{host}' has no address"))?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = socket.context("cannot make a socket")?;
    socket.set_reuseaddr(true).context("cannot make a socket")?;
    match socket.bind(address) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("port {port} of {host} is in use; choose another with --port, or 0 for any free one")
        }
        Err(error) => return Err(anyhow!(error).context(format!("cannot listen on {address}"))),
    }
    Ok((socket, address))
}

/// Variables that are text; others cannot be settings.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
