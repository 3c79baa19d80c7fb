using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Inference.Classification;

/// <summary>Finds token classifiers: by path, or by name among the checkpoints of some folders.</summary>
/// <param name="folders">Folders with <c>&lt;name&gt;.pth</c> or <c>&lt;name&gt;.safetensors</c>, the first match wins; they need not exist.</param>
public sealed class ClassifierCatalog(IReadOnlyList<string> folders)
{
    private static readonly string[] Extensions = [".pth", ".safetensors"];

    /// <summary>Finds and reads the classifiers of one run.</summary>
    /// <param name="namesOrPaths">Names or paths; at least one.</param>
    /// <param name="tokenWidth">Length of the model's embeddings.</param>
    /// <returns>Absolute paths and classifiers, in the order asked.</returns>
    /// <exception cref="ModelException">
    /// One does not exist (<see cref="ErrorCode.ModelMissing"/>), cannot be used, or was trained on other embeddings
    /// (<see cref="ErrorCode.ClassifierMismatch"/>).
    /// </exception>
    /// <exception cref="ConfigurationException">Two have the same name, which is the name of their layer.</exception>
    public IReadOnlyList<(string Path, TokenClassifier Classifier)> Resolve(IEnumerable<string> namesOrPaths, int tokenWidth)
    {
        ArgumentNullException.ThrowIfNull(namesOrPaths);
        var found = new List<(string Path, TokenClassifier Classifier)>();
        foreach (string wanted in namesOrPaths)
        {
            string path = Locate(wanted);
            TokenClassifier classifier = ClassifierFile.Read(path);
            if (classifier.TokenWidth != tokenWidth)
            {
                throw new ModelException(
                    ErrorCode.ClassifierMismatch,
                    $"Cannot use token classifier '{path}'.",
                    $"It reads embeddings of width {classifier.TokenWidth}, the model makes such of width {tokenWidth}.",
                    "Name a classifier that was trained on this model's embeddings, or the model it was trained on with --model.");
            }

            if (found.FirstOrDefault(f => string.Equals(f.Classifier.Taxonomy.Name, classifier.Taxonomy.Name, StringComparison.OrdinalIgnoreCase)) is { Path: not null } other)
            {
                throw new ConfigurationException(
                    $"Two class layers cannot have the name '{classifier.Taxonomy.Name}'.",
                    $"Both '{other.Path}' and '{path}' have it.",
                    "Name each classifier once, or rename one of the files.");
            }

            found.Add((path, classifier));
        }

        return found;
    }

    private string Locate(string wanted)
    {
        if (File.Exists(wanted))
        {
            return Path.GetFullPath(wanted);
        }

        string? installed = Path.GetFileName(wanted) == wanted
            ? folders.SelectMany(folder => Extensions.Select(extension => Path.Combine(folder, wanted + extension))).FirstOrDefault(File.Exists)
            : null;
        return installed is not null
            ? Path.GetFullPath(installed)
            : throw new ModelException(
                ErrorCode.ModelMissing,
                $"Cannot find token classifier '{wanted}'.",
                $"It is neither a file nor the name of a checkpoint in {string.Join(", ", folders)}.",
                "Name a token classifier (.pth, .safetensors), or copy it into one of these folders.");
    }
}
