//! Every encoder against transformers and sentence-transformers, on tiny checkpoints; then the promise that a vector
//! depends on its own sequence alone, bit by bit.
#![allow(clippy::unwrap_used, missing_docs)]

use sconce_engine::{EncoderInput, EncoderOutput, EncoderRunner};
use sconce_kernels::CpuOptions;
use sconce_models::encoders::{ClassActivation, EncoderModel, EncoderOptions, ScoreActivation, is_encoder, load};
use sconce_models::{ModelSource, Precision, WeightDtype};
use sconce_testkit::tiny::{self, EncoderCase, TINY_ENCODERS, TINY_MODELS, encoder_cases};

fn source(name: &str) -> ModelSource {
    ModelSource::at(&tiny::dir(name)).unwrap()
}

fn open(name: &str, cpu: CpuOptions) -> EncoderModel {
    load(&source(name), &EncoderOptions { cpu, ..EncoderOptions::default() }).unwrap_or_else(|error| panic!("{error}"))
}

fn input(case: &EncoderCase) -> EncoderInput {
    EncoderInput { tokens: case.ids.clone(), type_ids: case.type_ids.clone() }
}

fn inputs(name: &str) -> Vec<EncoderInput> {
    encoder_cases(name).iter().map(input).collect()
}

fn bits(vectors: &[Vec<f32>]) -> Vec<Vec<u32>> {
    vectors.iter().map(|vector| vector.iter().map(|value| value.to_bits()).collect()).collect()
}

/// Both sides compute in f32 and sum in another order: a few roundings of values of about 1, a few more in logits.
#[test]
fn vectors_and_logits_equal_those_of_transformers() {
    for (name, reference) in TINY_ENCODERS.iter().flat_map(|name| [(name, false), (name, true)]) {
        let mut model = open(name, CpuOptions { reference, threads: None });
        for case in encoder_cases(name) {
            let found = model.encode(&[input(&case)]).unwrap().remove(0);
            assert_eq!(found.len(), case.vector.len(), "{name}");
            let worst = found.iter().zip(&case.vector).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let largest = case.vector.iter().fold(1.0_f32, |most, value| most.max(value.abs()));
            let what = format!("{name}, {} tokens, reference {reference}", case.ids.len());
            assert!(worst <= 1e-5 * largest, "{what}: off by {worst} of {largest}");
        }
    }
}

#[test]
fn a_vector_is_the_same_alone_and_in_any_batch() {
    for name in TINY_ENCODERS {
        let inputs = inputs(name);
        let mut model = open(name, CpuOptions { reference: false, threads: Some(1) });
        let alone: Vec<Vec<f32>> =
            inputs.iter().map(|input| model.encode(std::slice::from_ref(input)).unwrap().remove(0)).collect();
        for threads in [1, 3] {
            let mut model = open(name, CpuOptions { reference: false, threads: Some(threads) });
            assert_eq!(bits(&model.encode(&inputs).unwrap()), bits(&alone), "{name}, {threads} threads");
            // Again, backwards and twice over: what earlier batches left behind must not show.
            let backwards: Vec<_> = inputs.iter().rev().chain(&inputs).cloned().collect();
            let found = model.encode(&backwards).unwrap();
            let expected: Vec<_> = alone.iter().rev().chain(&alone).cloned().collect();
            assert_eq!(bits(&found), bits(&expected), "{name}, {threads} threads, backwards");
        }
    }
}

/// The windows matter: with a window as long as the text, ModernBERT gives another vector.
#[test]
fn local_layers_see_their_window_only() {
    let case = encoder_cases("tiny-modernbert").into_iter().max_by_key(|case| case.ids.len()).unwrap();
    assert!(case.ids.len() > 10 * 16, "longer than the local window");
    let dir = copy("tiny-modernbert");
    let file = dir.path().join("config.json");
    let config =
        std::fs::read_to_string(&file).unwrap().replace("\"local_attention\": 16", "\"local_attention\": 2000");
    std::fs::write(&file, config).unwrap();
    let mut wide = load(&ModelSource::Dir(dir.path().to_owned()), &EncoderOptions::default()).unwrap();
    let found = wide.encode(&[input(&case)]).unwrap().remove(0);
    let largest = found.iter().zip(&case.vector).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(largest > 1e-3, "the window changes nothing: {largest}");
}

#[test]
fn the_contract_says_what_the_files_say() {
    let spec = |name: &str| open(name, CpuOptions::default()).spec().clone();
    let bert = spec("tiny-bert");
    assert_eq!((bert.vocab_size, bert.max_len, bert.normalized, bert.matryoshka), (220, 256, true, false));
    assert_eq!(bert.output, EncoderOutput::Embedding { dim: 32 });
    // Two ways of pooling follow each other; a Dense module changes the length.
    assert_eq!(spec("tiny-distilbert").output, EncoderOutput::Embedding { dim: 64 });
    assert_eq!(spec("tiny-modernbert").output, EncoderOutput::Embedding { dim: 24 });
    // Positions begin behind the padding token's.
    let roberta = spec("tiny-roberta");
    assert_eq!((roberta.max_len, roberta.normalized), (512, false));
    let reranker = open("tiny-xlm-roberta-reranker", CpuOptions::default());
    assert_eq!(reranker.spec().output, EncoderOutput::Labels { num_labels: 1 });
    assert_eq!((reranker.info().score_activation, reranker.info().labels.len()), (ScoreActivation::Sigmoid, 1));
    let classifier = open("tiny-roberta-classifier", CpuOptions::default());
    assert_eq!(classifier.info().score_activation, ScoreActivation::Identity);
    assert_eq!(classifier.info().labels, ["LABEL_0", "LABEL_1", "LABEL_2"]);
    assert_eq!(classifier.info().class_activation, ClassActivation::Softmax);
    assert_eq!(reranker.info().class_activation, ClassActivation::Sigmoid);
    let qwen = open("tiny-qwen3-embedding", CpuOptions::default());
    assert_eq!(qwen.info().prompts[0], ("query".to_owned(), "Instruct: find\nQuery:".to_owned()));
    assert_eq!((qwen.info().default_prompt.as_deref(), qwen.info().architecture.as_str()), (None, "Qwen3ForCausalLM"));
}

#[test]
fn a_model_that_sees_both_sides_writes_no_text() {
    let options = sconce_models::LoadOptions::default();
    let error = sconce_models::load(&source("tiny-qwen2-embedding"), &options, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("is_causal"), "{error}");
}

#[test]
fn encoders_are_told_from_generators() {
    assert!(TINY_ENCODERS.iter().all(|name| is_encoder(&source(name))));
    assert!(!TINY_MODELS.iter().any(|name| is_encoder(&source(name))));
    assert!(!is_encoder(&ModelSource::Dir("/nowhere".into())));
}

#[test]
fn options_decide_types_lengths_and_cuts() {
    let open = |options: EncoderOptions| load(&source("tiny-bert"), &options);
    let mut narrow = open(EncoderOptions {
        precision: Precision { dtype: WeightDtype::Bf16, quantize: None },
        ..EncoderOptions::default()
    })
    .unwrap();
    let full = open(EncoderOptions::default()).unwrap();
    assert!(narrow.info().weights_bytes < full.info().weights_bytes * 2 / 3);
    for case in encoder_cases("tiny-bert") {
        let found = narrow.encode(&[input(&case)]).unwrap().remove(0);
        let cosine: f32 = found.iter().zip(&case.vector).map(|(a, b)| a * b).sum();
        assert!(cosine > 0.999, "bf16 weights: cosine {cosine}");
    }
    let longer = EncoderOptions { max_len: Some(320), matryoshka: Some(true), ..EncoderOptions::default() };
    let longer = open(longer).unwrap();
    assert_eq!((longer.spec().max_len, longer.spec().matryoshka), (320, true));
    assert!(open(EncoderOptions { max_len: Some(321), ..EncoderOptions::default() }).is_err());
}

#[test]
fn wrong_inputs_fail_their_batch_and_nothing_else() {
    let mut model = open("tiny-bert", CpuOptions::default());
    let good = EncoderInput { tokens: vec![2, 9, 3], type_ids: Vec::new() };
    let before = model.encode(std::slice::from_ref(&good)).unwrap();
    let wrong = [
        (vec![], vec![]),
        (vec![2; 257], vec![]),
        (vec![2, 220], vec![]),
        (vec![2, 3], vec![0]),
        (vec![2, 3], vec![0, 2]),
    ];
    for (tokens, type_ids) in wrong {
        let error = model.encode(&[good.clone(), EncoderInput { tokens, type_ids }]).unwrap_err();
        assert!(!error.fatal, "{error}");
    }
    assert!(model.encode(&[]).unwrap().is_empty());
    assert_eq!(bits(&model.encode(&[good]).unwrap()), bits(&before));
}

fn copy(name: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in ["config.json", "model.safetensors"] {
        std::fs::copy(tiny::dir(name).join(file), dir.path().join(file)).unwrap();
    }
    dir
}
