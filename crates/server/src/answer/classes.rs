//! From the logits of a classification head to labels and probabilities.

use sconce_openai::{Classified, ClassifyResponse, InputUsage};

use super::vectors::{EncodedHead, now, sigmoid, unique};
use crate::encoders::ClassActivation;

/// The body of `/classify`; labels in the order of the logits.
pub(crate) fn classified(
    head: EncodedHead,
    labels: &[String],
    activation: ClassActivation,
    logits: Vec<Vec<f32>>,
) -> ClassifyResponse {
    let one = |(index, logits): (usize, Vec<f32>)| {
        let best = (0..logits.len()).rev().max_by(|&a, &b| logits[a].total_cmp(&logits[b]));
        let probs = probabilities(logits, activation);
        let label = best.and_then(|best| labels.get(best).cloned());
        Classified { index, label, num_classes: probs.len(), probs }
    };
    ClassifyResponse {
        id: unique("classify"),
        object: "list".to_owned(),
        created: now(),
        model: head.model,
        data: logits.into_iter().enumerate().map(one).collect(),
        usage: InputUsage::of(head.tokens),
    }
}

fn probabilities(mut logits: Vec<f32>, activation: ClassActivation) -> Vec<f32> {
    match activation {
        ClassActivation::Identity => {}
        ClassActivation::Sigmoid => logits.iter_mut().for_each(|logit| *logit = sigmoid(*logit)),
        ClassActivation::Softmax => {
            let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let weights: Vec<f64> = logits.iter().map(|&logit| (f64::from(logit) - f64::from(most)).exp()).collect();
            let sum: f64 = weights.iter().sum();
            logits = weights.into_iter().map(|weight| (weight / sum) as f32).collect();
        }
    }
    logits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(activation: ClassActivation, logits: &[f32]) -> Classified {
        let head = EncodedHead { model: "m".to_owned(), tokens: 1 };
        let labels = ["a", "b", "c"].map(str::to_owned);
        classified(head, &labels, activation, vec![logits.to_vec()]).data.remove(0)
    }

    #[test]
    fn logits_become_probabilities_and_the_likeliest_label() {
        let near = |found: &[f32], wanted: &[f32]| found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6);
        let softmax = of(ClassActivation::Softmax, &[1.0, 3.0, 2.0]);
        assert_eq!((softmax.label.as_deref(), softmax.num_classes), (Some("b"), 3));
        assert!(near(&softmax.probs, &[0.090_030_57, 0.665_240_94, 0.244_728_47]), "{:?}", softmax.probs);
        let far = of(ClassActivation::Softmax, &[-1e4, 1e4, 1e4]);
        assert_eq!((far.label.as_deref(), &far.probs[..]), (Some("b"), &[0.0, 0.5, 0.5][..]), "the first of equals");
        let each = of(ClassActivation::Sigmoid, &[0.0, 2.0, -200.0]);
        assert!(near(&each.probs, &[0.5, 0.880_797, 0.0]), "{:?}", each.probs);
        assert_eq!(of(ClassActivation::Identity, &[0.5, -1.0, 7.0]).probs, [0.5, -1.0, 7.0]);
    }
}
