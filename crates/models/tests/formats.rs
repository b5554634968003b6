//! What each form of weights, and of the KV cache, costs in quality: the demo model, whose weights are trained, read over
//! texts of its kind. The next token's distribution at every position is compared with that of f32: Kullback-Leibler divergence, and how often the
//! likeliest token is the same. `cargo test -p sconce-models --test formats -- --nocapture` prints the table of
//! docs/performance.md.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use rig::{Rig, Seq};
use sconce_models::{KvDtype, LoadOptions, ModelSource, Precision, Quantize, WeightDtype};
use tokenizers::Tokenizer;

const TEXTS: [&str; 8] = [
    "<|im_start|>user\nHow much is the Aurora desk lamp?<|im_end|>\n<|im_start|>assistant\nThe Aurora desk lamp is $49.<|im_end|>\n",
    "<|im_start|>user\n极光台灯多少钱？<|im_end|>\n<|im_start|>assistant\n极光台灯的价格是49美元。<|im_end|>\n",
    "<|im_start|>user\nWhere is my order 48213?<|im_end|>\n<|im_start|>assistant\nI have noted order 48213.<|im_end|>\n",
    "<|im_start|>user\nWhat is your return policy?<|im_end|>\n<|im_start|>assistant\nYou can return a lamp within 30 days.<|im_end|>\n",
    "<|im_start|>user\n我想退货，订单号是48213<|im_end|>\n<|im_start|>assistant\n好的，我们会把订单48213的退货单发到您的邮箱。<|im_end|>\n",
    "<|im_start|>user\nDo you ship abroad?<|im_end|>\n<|im_start|>assistant\nYes, we ship to 40 countries.<|im_end|>\n",
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\nI can only help with lamps.<|im_end|>\n",
    "<|im_start|>user\nHi, my name is Maria<|im_end|>\n<|im_start|>assistant\nHello Maria, how can I help you?<|im_end|>\n",
];

/// Logits at every position of every text.
fn logits(precision: Precision, kv_dtype: KvDtype, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
    let options = LoadOptions { precision, kv_dtype, ..rig::options(Some(256)) };
    let mut rig = Rig::open(&ModelSource::Embedded(sconce_demo::FILES), &options);
    let mut all = Vec::new();
    for text in texts {
        for len in 1..text.len() {
            let mut seq = Seq::new(1, &text[..len]);
            rig.run(&mut seq, 1, usize::MAX);
            rig.preempt(&mut seq);
            all.append(&mut seq.logits);
        }
    }
    all
}

/// Of the distributions that two rows of logits mean.
fn divergence(wanted: &[f32], found: &[f32]) -> f64 {
    let log_softmax = |row: &[f32]| {
        let sum: f64 = row.iter().map(|&logit| f64::from(logit).exp()).sum();
        row.iter().map(|&logit| f64::from(logit) - sum.ln()).collect::<Vec<_>>()
    };
    let pairs = log_softmax(wanted).into_iter().zip(log_softmax(found));
    pairs.map(|(wanted, found)| wanted.exp() * (wanted - found)).sum()
}

fn likeliest(row: &[f32]) -> usize {
    row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0
}

#[test]
fn every_form_of_weights_keeps_the_distribution() {
    let (_, tokenizer) = sconce_demo::FILES.iter().find(|(name, _)| *name == "tokenizer.json").unwrap();
    let tokenizer = Tokenizer::from_bytes(tokenizer).unwrap();
    let texts: Vec<Vec<u32>> =
        TEXTS.iter().map(|text| tokenizer.encode(*text, false).unwrap().get_ids().to_vec()).collect();
    let form = |dtype, quantize| Precision { dtype, quantize };
    let wanted = logits(form(WeightDtype::F32, None), KvDtype::F32, &texts);
    println!("| Weights | KL divergence from f32, mean | worst | likeliest token the same |\n|---|---|---|---|");
    // The bounds of divergence are some three times what is measured; of tokens that stay the same, a few of 232 positions below.
    let auto = KvDtype::Auto;
    for (name, quantize, kv_dtype, most, least) in [
        ("bf16", None, auto, 0.003, 0.97),
        ("bf16, KV cache int8", None, KvDtype::Int8, 0.01, 0.95),
        ("int8", Some(Quantize::Int8), auto, 0.03, 0.93),
        ("q8_0", Some(Quantize::Q8_0), auto, 0.01, 0.95),
        ("q6k", Some(Quantize::Q6K), auto, 0.02, 0.94),
        ("q4k", Some(Quantize::Q4K), auto, 0.03, 0.90),
    ] {
        let found = logits(form(WeightDtype::Auto, quantize), kv_dtype, &texts);
        let divergences: Vec<f64> = wanted.iter().zip(&found).map(|(a, b)| divergence(a, b)).collect();
        let mean = divergences.iter().sum::<f64>() / divergences.len() as f64;
        let worst = divergences.iter().copied().fold(0.0, f64::max);
        let same = wanted.iter().zip(&found).filter(|(a, b)| likeliest(a) == likeliest(b)).count();
        let same = same as f64 / wanted.len() as f64;
        println!("| {name} | {mean:.5} | {worst:.4} | {:.1} % |", 100.0 * same);
        assert!(mean < most && same > least, "{name}: divergence {mean}, the same {same}");
    }
}
