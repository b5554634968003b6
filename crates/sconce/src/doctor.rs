//! `sconce doctor`: what this build and this machine can serve on, what will be used, and why nothing better.

use anyhow::{Result, bail};
use clap::Args;
use sconce_models::devices::{self, CudaReport};
use serde_json::{Value, json};

use crate::settings::DeviceSetting;

/// Flags of `sconce doctor`.
#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// The device that is meant to serve: auto, cpu, cuda or cuda:1
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: DeviceSetting,
    /// One JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// What was found.
struct Findings {
    cpu: String,
    free_memory: Option<u64>,
    cuda: Result<CudaReport, String>,
    /// What `device` leads to.
    device: DeviceSetting,
    used: Result<String, String>,
}

impl DoctorArgs {
    /// Prints the findings.
    ///
    /// # Errors
    /// When nothing can be served on the device that was asked for.
    pub(crate) fn run(&self) -> Result<()> {
        let findings = Findings {
            cpu: devices::kernels(sconce_models::Placement::Cpu).unwrap_or_else(|error| error),
            free_memory: devices::free_memory(),
            cuda: devices::cuda(),
            device: self.device,
            used: devices::kernels(self.device.0),
        };
        if self.json {
            println!("{}", findings.json());
        } else {
            print!("{}", findings.text());
        }
        match findings.used {
            Ok(_) => Ok(()),
            Err(error) => bail!("device {}: {error}", self.device),
        }
    }
}

impl Findings {
    fn text(&self) -> String {
        let mut lines = vec![format!("sconce {}", env!("CARGO_PKG_VERSION"))];
        let mut line = |label: &str, value: String| lines.push(format!("  {label:<8} {value}"));
        line("cpu", self.cpu.trim_start_matches("cpu: ").to_owned());
        line("memory", self.free_memory.map_or("unknown".to_owned(), |bytes| format!("{} free", gib(bytes))));
        match &self.cuda {
            Ok(report) => {
                let (major, minor) = report.driver;
                line("cuda", format!("driver for CUDA {major}.{minor}, {} GPU(s)", report.gpus.len()));
                for (index, gpu) in report.gpus.iter().enumerate() {
                    let (major, minor) = gpu.capability;
                    let memory = format!("{} of {} free", gib(gpu.free_bytes), gib(gpu.total_bytes));
                    let problem = report.unsupported(gpu).map_or(String::new(), |why| format!("; not usable: {why}"));
                    line(&format!("cuda:{index}"), format!("{}, {major}.{minor}, {memory}{problem}", gpu.name));
                }
            }
            Err(why) => line("cuda", format!("no: {why}")),
        }
        match &self.used {
            Ok(used) => line("serves", format!("on {used} (device {})", self.device)),
            Err(why) => line("serves", format!("nowhere (device {}): {why}", self.device)),
        }
        lines.join("\n") + "\n"
    }

    fn json(&self) -> Value {
        let gpu = |report: &CudaReport, gpu: &devices::Gpu| {
            json!({
                "name": gpu.name,
                "compute_capability": format!("{}.{}", gpu.capability.0, gpu.capability.1),
                "total_bytes": gpu.total_bytes,
                "free_bytes": gpu.free_bytes,
                "unsupported": report.unsupported(gpu),
            })
        };
        let cuda = match &self.cuda {
            Ok(report) => json!({
                "driver": format!("{}.{}", report.driver.0, report.driver.1),
                "gpus": report.gpus.iter().map(|one| gpu(report, one)).collect::<Vec<_>>(),
            }),
            Err(why) => json!({ "error": why }),
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "cpu": self.cpu,
            "free_memory_bytes": self.free_memory,
            "cuda": cuda,
            "device": self.device.to_string(),
            "serves_on": self.used.as_ref().ok(),
            "error": self.used.as_ref().err(),
        })
    }
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn findings(cuda: Result<CudaReport, String>, used: Result<String, String>) -> Findings {
        let device = "auto".parse().unwrap();
        Findings { cpu: "cpu: avx2, 4 threads".to_owned(), free_memory: Some(3 << 29), cuda, device, used }
    }

    #[test]
    fn a_machine_without_a_gpu_says_why() {
        let findings = findings(Err("this build has no CUDA".to_owned()), Ok("cpu: avx2, 4 threads".to_owned()));
        let text = findings.text();
        for wanted in
            ["cpu      avx2, 4 threads", "1.5 GiB free", "no: this build has no CUDA", "on cpu: avx2, 4 threads"]
        {
            assert!(text.contains(wanted), "{text}");
        }
        let json = findings.json();
        assert_eq!(json["cuda"]["error"], "this build has no CUDA");
        assert_eq!((&json["serves_on"], &json["error"]), (&json!("cpu: avx2, 4 threads"), &Value::Null));
    }

    #[test]
    fn every_gpu_is_listed_with_what_keeps_it_from_being_used() {
        let gpu = |name: &str, capability| devices::Gpu {
            name: name.to_owned(),
            capability,
            total_bytes: 80 << 30,
            free_bytes: 79 << 30,
        };
        let (driver, built_with) = ((13, 0), (13, 0));
        let report = CudaReport { driver, built_with, gpus: vec![gpu("H100", (9, 0)), gpu("V100", (7, 0))] };
        let findings = findings(Ok(report), Err("out of memory".to_owned()));
        let text = findings.text();
        for wanted in [
            "driver for CUDA 13.0, 2 GPU(s)",
            "cuda:0   H100, 9.0, 79.0 GiB of 80.0 GiB free\n",
            "cuda:1   V100, 7.0, 79.0 GiB of 80.0 GiB free; not usable: compute capability 7.0 is below 8.0",
            "nowhere (device auto): out of memory",
        ] {
            assert!(text.contains(wanted), "{text}");
        }
        let json = findings.json();
        assert_eq!(json["cuda"]["gpus"][0]["unsupported"], Value::Null);
        assert_eq!(json["cuda"]["gpus"][1]["compute_capability"], "7.0");
    }

    #[test]
    fn this_machine_can_serve_on_its_cpu() {
        let args = |device: &str| DoctorArgs { device: device.parse().unwrap(), json: true };
        args("cpu").run().unwrap();
        let error = args("cuda:99").run().unwrap_err().to_string();
        assert!(error.starts_with("device cuda:99: "), "{error}");
    }
}
