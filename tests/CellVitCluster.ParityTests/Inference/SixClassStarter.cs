using System.Runtime.InteropServices;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>
/// The starter with a class branch of six classes, which the real one lacks: its nucleus branch, of whose last layer the classes take more or
/// less, so that they follow each other from the sure to the unsure pixels.
/// </summary>
internal static class SixClassStarter
{
    private const int Classes = 6;
    private const string ClassBranch = "nuclei_type_maps_decoder";
    private const string NucleusBranch = "nuclei_binary_map_decoder";
    private const string LastLayer = ClassBranch + ".decoder0_header.2";

    /// <summary>Writes the weights and returns their card.</summary>
    /// <param name="path">A file in <c>.safetensors</c>.</param>
    public static ModelCard Save(string path)
    {
        using Checkpoint starter = CheckpointFile.Load(ModelCatalog.Installed.Resolve(null).WeightsPath);
        var configuration = CheckpointConfiguration.FromJson(starter.Configuration.ToJson()
            .Replace("\"num_nuclei_classes\":2", $"\"num_nuclei_classes\":{Classes}", StringComparison.Ordinal)
            .Replace("nuclei_types", "former_nuclei_types", StringComparison.Ordinal));
        SafetensorsFile.Save(path, new Checkpoint(starter.Architecture, [.. starter.Tensors.Select(tensor => WithClasses(starter, tensor))], configuration));
        return ModelCatalog.Derive(path);
    }

    private static CheckpointTensor WithClasses(Checkpoint starter, CheckpointTensor tensor)
    {
        if (!tensor.Name.StartsWith(ClassBranch, StringComparison.Ordinal))
        {
            return tensor;
        }

        CheckpointTensor nuclei = starter.Find(tensor.Name.Replace(ClassBranch, NucleusBranch, StringComparison.Ordinal))!;
        float[] values = nuclei.ToFloats();
        if (!tensor.Name.StartsWith(LastLayer, StringComparison.Ordinal))
        {
            return Floats(tensor.Name, [.. nuclei.Shape], values);
        }

        // Row 0 is the background; row k rises with slope 0.3·k from an ever lower start.
        int width = values.Length / 2;
        bool isBias = tensor.Name.EndsWith("bias", StringComparison.Ordinal);
        float[] rows = [.. Enumerable.Range(0, Classes).SelectMany(k => Enumerable.Range(0, width).Select(
            i => k == 0 ? values[i] : (0.3f * k * values[width + i]) - (isBias ? 0.15f * k * k : 0)))];
        return Floats(tensor.Name, [Classes, .. nuclei.Shape.Skip(1)], rows);
    }

    private static CheckpointTensor Floats(string name, long[] shape, float[] values) =>
        new(name, ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
