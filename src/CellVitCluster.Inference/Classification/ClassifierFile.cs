using System.Globalization;
using System.Security.Cryptography;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.Inference.Classification;

/// <summary>
/// Reads token classifiers from checkpoints of the published form (<c>arch</c> LinearClassifier; <c>fc1.weight [h, E]</c>,
/// <c>fc1.bias</c>, <c>fc2.weight [K, h]</c>, <c>fc2.bias</c>), every key and shape verified. Source: spec/model.md §8.
/// </summary>
public static class ClassifierFile
{
    /// <summary>Architecture that such a checkpoint names.</summary>
    public const string Architecture = "LinearClassifier";

    private const string HiddenWeight = "fc1.weight";
    private const string HiddenBias = "fc1.bias";
    private const string OutputWeight = "fc2.weight";
    private const string OutputBias = "fc2.bias";

    private static readonly string[] Keys = [HiddenWeight, HiddenBias, OutputWeight, OutputBias];

    /// <summary>Reads a classifier and the names of its classes.</summary>
    /// <param name="path">
    /// A <c>.pth</c> or <c>.safetensors</c> file. Its name without extension becomes the name of the taxonomy. The classes' names come from
    /// the checkpoint (<c>data.label_map</c>), else from a taxonomy file beside it with its name, else from an installed taxonomy of its name
    /// and number of classes.
    /// </param>
    /// <exception cref="ModelException">
    /// The file is missing, damaged or no classifier (<see cref="ErrorCode.CheckpointMismatch"/>), or its classes have no names
    /// (<see cref="ErrorCode.ClassNamesMissing"/>).
    /// </exception>
    public static TokenClassifier Read(string path) =>
        Read(path, (configuration, count) => NamesOf(path, configuration, count));

    /// <summary>Reads a classifier whose classes' names are known.</summary>
    /// <param name="path">A <c>.pth</c> or <c>.safetensors</c> file.</param>
    /// <param name="taxonomy">Names and colors of its classes.</param>
    /// <exception cref="ModelException">The file is missing, damaged, no classifier, or has another number of classes.</exception>
    public static TokenClassifier Read(string path, Taxonomy taxonomy)
    {
        ArgumentNullException.ThrowIfNull(taxonomy);
        return Read(path, (_, count) => Covers(taxonomy, count)
            ? taxonomy
            : throw Mismatch(path, $"It has {count} classes, the taxonomy '{taxonomy.Name}' names {Ids(taxonomy.Classes.Select(c => (int)c.Id))}."));
    }

    private static TokenClassifier Read(string path, Func<CheckpointConfiguration, int, Taxonomy> name)
    {
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        if (checkpoint.Architecture != Architecture)
        {
            throw Mismatch(path, $"It is a checkpoint of '{checkpoint.Architecture}', expected '{Architecture}'.");
        }

        string[] missing = [.. Keys.Where(key => checkpoint.Find(key) is null)];
        string[] unknown = [.. checkpoint.Tensors.Select(t => t.Name).Where(key => !Keys.Contains(key, StringComparer.Ordinal)).Order(StringComparer.Ordinal)];
        if (missing.Length > 0 || unknown.Length > 0)
        {
            throw Mismatch(path, $"Missing keys: {List(missing)}; unknown keys: {List(unknown)}.");
        }

        (long hidden, long width) = checkpoint.Find(HiddenWeight)!.Shape is [> 0 and var h, > 0 and var e] ? (h, e) : (0, 0);
        long classes = checkpoint.Find(OutputWeight)!.Shape is [> 0 and <= byte.MaxValue + 1 and var k, _] ? k : 0;
        if (hidden == 0 || classes == 0)
        {
            throw Mismatch(path, $"The shapes are {HiddenWeight} {ShapeOf(checkpoint, HiddenWeight)} and {OutputWeight} {ShapeOf(checkpoint, OutputWeight)}, expected [h, E] and [K, h] with K from 1 to 256.");
        }

        RequireShape(path, checkpoint, HiddenBias, hidden);
        RequireShape(path, checkpoint, OutputWeight, classes, hidden);
        RequireShape(path, checkpoint, OutputBias, classes);
        Taxonomy taxonomy = name(checkpoint.Configuration, (int)classes);
        return new TokenClassifier(
            Path.GetFileName(path),
            DigestOf(path),
            taxonomy,
            new DenseLayer(Floats(path, checkpoint, HiddenWeight), Floats(path, checkpoint, HiddenBias)),
            new DenseLayer(Floats(path, checkpoint, OutputWeight), Floats(path, checkpoint, OutputBias)));
    }

    private static Taxonomy NamesOf(string path, CheckpointConfiguration configuration, int count)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (name.Length == 0)
        {
            throw Mismatch(path, "Its file has no name before the extension, which would be the name of the class layer.");
        }

        IReadOnlyList<(int Id, string Name)> labels = configuration.LabelMap("data.label_map");
        if (labels.GroupBy(label => label.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } doubled)
        {
            throw Mismatch(path, $"Its label map names {doubled.Count()} classes '{doubled.Key}'.");
        }

        if (labels.Count > 0)
        {
            return labels.Select(label => label.Id).SequenceEqual(Enumerable.Range(0, count))
                ? new Taxonomy(name, [.. labels.Select(label => ClassPalette.Color((byte)label.Id, label.Name))])
                : throw Mismatch(path, $"It has {count} classes, its label map names {Ids(labels.Select(label => label.Id))}.");
        }

        string beside = Path.ChangeExtension(Path.GetFullPath(path), ".json");
        Taxonomy? found = File.Exists(beside) ? TaxonomyCatalog.Read(beside) : TaxonomyCatalog.Installed.Find(name);
        return found is not null && Covers(found, count)
            ? found with { Name = name }
            : throw new ModelException(
                ErrorCode.ClassNamesMissing,
                $"Cannot use token classifier '{path}'.",
                found is null
                    ? $"It does not say what its {count} classes are called, and there is no taxonomy of its name."
                    : $"It has {count} classes, the taxonomy of its name names {Ids(found.Classes.Select(c => (int)c.Id))}.",
                $"Put a taxonomy with the classes 0 to {count - 1} at '{beside}'; configs/taxonomies shows the form.");
    }

    private static bool Covers(Taxonomy taxonomy, int count) => taxonomy.Classes.Select(c => (int)c.Id).SequenceEqual(Enumerable.Range(0, count));

    private static void RequireShape(string path, Checkpoint checkpoint, string key, params long[] expected)
    {
        if (!checkpoint.Find(key)!.Shape.SequenceEqual(expected))
        {
            throw Mismatch(path, $"{key} has the shape {ShapeOf(checkpoint, key)}, expected [{string.Join(", ", expected)}].");
        }
    }

    private static float[] Floats(string path, Checkpoint checkpoint, string key)
    {
        float[] values = checkpoint.Find(key)!.ToFloats();
        return values.All(float.IsFinite) ? values : throw Mismatch(path, $"{key} has a value that is not finite.");
    }

    private static string DigestOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string ShapeOf(Checkpoint checkpoint, string key) => $"[{string.Join(", ", checkpoint.Find(key)!.Shape)}]";

    private static string List(string[] keys) => keys.Length == 0 ? "none" : string.Join(", ", keys.Take(20));

    private static string Ids(IEnumerable<int> ids) => string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static ModelException Mismatch(string path, string why) => new(
        ErrorCode.CheckpointMismatch,
        $"Cannot use token classifier '{path}'.",
        why,
        "Name a token classifier as CellViT++ publishes and trains them.");
}
