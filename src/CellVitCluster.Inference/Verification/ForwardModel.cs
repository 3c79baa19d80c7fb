using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CellVitCluster.Model;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// A folder of recorded forward passes: one checkpoint and several inputs. The network is loaded by the first case that runs and freed
/// when all have run, so that inputs share it.
/// </summary>
internal sealed class ForwardModel
{
    private readonly string _folder;
    private readonly HashSet<string> _waiting;
    private readonly Lock _lock = new();
    private LoadedModel? _model;

    /// <summary>Reads the folder's description.</summary>
    /// <param name="folder">Folder with <c>model.json</c> and <c>checkpoint.pth.br</c>.</param>
    public ForwardModel(string folder)
    {
        _folder = folder;
        Description = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "model.json"))) ?? throw new FormatException("model.json is empty.");
        Inputs = [.. (Description["inputs"]?.AsObject() ?? []).Select(e => e.Key)];
        _waiting = [.. Inputs];
    }

    /// <summary>Contents of <c>model.json</c>.</summary>
    public JsonNode Description { get; }

    /// <summary>Names of the inputs.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Whether the network is a SAM of published size, whose recorded outputs are compared less strictly.</summary>
    public bool IsPublishedSam => Description["dims"]?["backbone"] is not null;

    /// <summary>Folder of an input.</summary>
    public string FolderOf(string input) => Path.Combine(_folder, input);

    /// <summary>Uses the network for one input.</summary>
    public T Use<T>(string input, InferenceDevice device, Func<LoadedModel, T> use)
    {
        lock (_lock)
        {
            try
            {
                return use(_model ??= Load(device));
            }
            finally
            {
                _waiting.Remove(input);
                if (_waiting.Count == 0)
                {
                    _model?.Dispose();
                    _model = null;
                }
            }
        }
    }

    private LoadedModel Load(InferenceDevice device)
    {
        string path = Path.Combine(_folder, "checkpoint.pth.br");
        using var unpacked = new MemoryStream(Description["pth_bytes"]?.GetValue<int>() ?? 0);
        using (var brotli = new BrotliStream(File.OpenRead(path), CompressionMode.Decompress))
        {
            brotli.CopyTo(unpacked);
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length)));
        return digest == Description["pth_sha256"]?.GetValue<string>()
            ? LoadedModel.Create(CheckpointFile.Read(unpacked, path), path, device)
            : throw new FormatException($"The unpacked checkpoint has SHA-256 {digest}, model.json says otherwise.");
    }
}
