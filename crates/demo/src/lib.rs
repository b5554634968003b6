//! The model that sconce serves when none is named: a small Llama of a fictional lamp shop, as the files of an ordinary
//! Hugging Face folder. This crate only hands out bytes; they are `'static`, read-only and usable from any thread.
//! How the files were made: `make/README.md`; what the model can and cannot do: `assets/README.md`.

/// Name under which the embedded model is served.
pub const ID: &str = "sconce-demo";

/// Every file of the model's folder: name and content.
pub static FILES: &[(&str, &[u8])] = &[
    ("config.json", include_bytes!("../assets/config.json")),
    ("generation_config.json", include_bytes!("../assets/generation_config.json")),
    ("tokenizer.json", include_bytes!("../assets/tokenizer.json")),
    ("tokenizer_config.json", include_bytes!("../assets/tokenizer_config.json")),
    ("chat_template.jinja", include_bytes!("../assets/chat_template.jinja")),
    ("model.safetensors", include_bytes!("../assets/model.safetensors")),
];

/// The content of one of [`FILES`], or `None` when there is no file of that name.
#[must_use]
pub fn file(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, content)| *content)
}
