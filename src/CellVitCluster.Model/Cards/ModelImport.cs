using System.Security.Cryptography;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Cards;

/// <summary>Puts checkpoints into a folder of models, each with a card derived from what it says about itself.</summary>
/// <param name="folder">The folder; made when it does not exist.</param>
/// <param name="catalog">The models whose names are taken.</param>
public sealed class ModelImport(string folder, ModelCatalog catalog)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Copies a checkpoint. Nothing is left behind when it fails.</summary>
    /// <param name="file">A <c>.pth</c> or <c>.safetensors</c> file of a supported segmentation network.</param>
    /// <param name="name">Name to give; null for the file's.</param>
    /// <param name="complete">Adds to the derived card what the checkpoint cannot know (license, attribution).</param>
    /// <returns>The card as written.</returns>
    /// <exception cref="ModelException">The file is missing, damaged or no supported network.</exception>
    /// <exception cref="ConfigurationException">The name cannot be used.</exception>
    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public ModelCard Import(string file, string? name, Func<ModelCard, ModelCard> complete)
    {
        string chosen = name ?? Path.GetFileNameWithoutExtension(file);
        ModelNames.RequireFree(chosen, catalog);
        ModelCard derived = ModelCatalog.Derive(file);
        string weights = Path.Combine(folder, chosen + Path.GetExtension(file).ToLowerInvariant());
        string digest = Write(weights, target => Copy(file, target));
        if (digest != derived.Sha256)
        {
            File.Delete(weights);
            throw new ModelException(
                ErrorCode.CheckpointUnreadable, $"Cannot import '{file}'.", "It changed while it was copied.", "Wait until it is complete, then import it again.");
        }

        return Register(weights, chosen, derived, complete);
    }

    /// <summary>Writes the card of weights that already lie in the folder.</summary>
    /// <param name="weights">The file.</param>
    /// <param name="name">Name to give.</param>
    /// <param name="complete">Adds to the derived card what the checkpoint cannot know.</param>
    /// <inheritdoc cref="Import" path="/exception"/>
    public ModelCard Register(string weights, string name, Func<ModelCard, ModelCard> complete)
    {
        ModelNames.RequireFree(name, catalog);
        return Register(weights, name, ModelCatalog.Derive(weights), complete);
    }

    private ModelCard Register(string weights, string name, ModelCard derived, Func<ModelCard, ModelCard> complete)
    {
        ArgumentNullException.ThrowIfNull(complete);
        ModelCard card = complete(derived with { Name = name, Weights = Path.GetFileName(weights), WeightsPath = Path.GetFullPath(weights) });
        Write(Path.Combine(folder, name + ".json"), target =>
        {
            using var writer = new StreamWriter(target, leaveOpen: true);
            writer.WriteLine(card.ToJson());
            return card.Sha256;
        });
        return card;
    }

    private string Write(string path, Func<FileStream, string> content)
    {
        string unfinished = path + ".tmp";
        try
        {
            Directory.CreateDirectory(folder);
            string digest;
            using (FileStream target = File.Create(unfinished))
            {
                digest = content(target);
                target.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return digest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            throw new StoreException(
                ErrorCode.OutputNotWritable, $"Cannot write '{path}'.", $"The system reports: {e.Message}", $"Free space there, or name another models folder with {ModelFolders.Variable}.", e);
        }
    }

    private static string Copy(string file, FileStream target)
    {
        using FileStream source = File.OpenRead(file);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        for (int read = source.Read(buffer); read > 0; read = source.Read(buffer))
        {
            digest.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
