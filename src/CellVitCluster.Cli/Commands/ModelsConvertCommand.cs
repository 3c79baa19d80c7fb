using System.CommandLine;
using CellVitCluster.Cli.Output;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Store.Files;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models convert</c>: any accepted checkpoint as safetensors.</summary>
internal static class ModelsConvertCommand
{
    public static Command Create()
    {
        var source = new Argument<FileInfo>("IN") { Description = "Checkpoint of any kind (.pth, .safetensors)." };
        var target = new Argument<FileInfo>("OUT") { Description = "File to write (.safetensors); replaced when it exists." };
        var half = new Option<bool>("--half") { Description = "Store matrices and kernels in half precision, unless their values would overflow." };
        var command = new Command(
            "convert",
            "Writes a checkpoint as safetensors: tensors, architecture and configuration, without training state. Weights of a foundation model's encoder get the names "
            + "that CellViT networks use.\n\nExample:\n  cellvit models convert weights.pth weights.safetensors --half")
        {
            source, target, half,
        };
        command.SetAction(parsed =>
        {
            string input = parsed.GetRequiredValue(source).FullName;
            string output = parsed.GetRequiredValue(target).FullName;
            using Checkpoint file = CheckpointFile.Load(input);
            Checkpoint named = EncoderWeights.IsEncoder(file) ? EncoderWeights.Adapt(file, input) : file;
            Checkpoint converted = parsed.GetValue(half) ? named.ToHalfPrecision() : named;
            AtomicFile.Write(output, stream => SafetensorsFile.Write(stream, converted));
            Terminal.Results.WriteLine(FormattableString.Invariant($"{output}: {converted.Tensors.Count} tensors, {new FileInfo(output).Length / 1e6:0.0} MB"));
            return ExitCodes.Done;
        });
        return command;
    }
}
