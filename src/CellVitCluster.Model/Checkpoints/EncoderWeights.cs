using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// Weights of a foundation model as its publisher gives them (HIPT/DINO, SAM, UNI, Virchow, Virchow2), brought to the names that the encoder
/// of a CellViT network has. Recognized by the tensors alone. Source: spec/model.md §3.2 to §3.5.
/// </summary>
public static class EncoderWeights
{
    /// <summary>Architecture of an adapted checkpoint.</summary>
    public const string Architecture = "Encoder";

    private const string Prefix = "encoder.";
    private const string Anchor = "patch_embed.proj.weight";
    private const int KeysNamed = 12;

    /// <summary>
    /// What a publisher's file holds beside the encoder: SAM's other networks, the student of a self-distillation, heads of the pre-training.
    /// The tissue head of a CellViT encoder is trained anew.
    /// </summary>
    private static readonly string[] Dropped = ["mask_decoder.", "prompt_encoder.", "student.", "head.", "mask_token"];

    /// <summary>Whether the checkpoint looks like encoder weights without a segmentation network around them.</summary>
    public static bool IsEncoder(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Find("decoder0.0.block.0.weight") is null && Root(checkpoint) is { } root && EncoderDimensions.Read(Strip(checkpoint, root)) is not null;
    }

    /// <summary>Renames the tensors to <c>encoder.*</c> and reads the dimensions from their shapes.</summary>
    /// <param name="checkpoint">The publisher's weights; also what this method returned before.</param>
    /// <param name="name">Name of the file for error messages.</param>
    /// <returns>
    /// A checkpoint of architecture <see cref="Architecture"/> that shares the tensors and the file with the given one. Its configuration has
    /// <c>model.backbone</c>, <c>embed_dim</c>, <c>depth</c>, <c>patch_size</c>, <c>position_grid</c>, <c>mlp_rows</c>, <c>register_tokens</c>,
    /// <c>layer_scale</c>, <c>gated_mlp</c>, and <c>num_heads</c> where shapes or the published size tell it.
    /// </returns>
    /// <exception cref="ModelException"><see cref="ErrorCode.CheckpointMismatch"/>: not such weights; the text lists what does not fit.</exception>
    public static Checkpoint Adapt(Checkpoint checkpoint, string name)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        string root = Root(checkpoint) ?? throw Mismatch(name, $"No tensor is called '{Anchor}'.");
        Dictionary<string, CheckpointTensor> tensors = Strip(checkpoint, root);
        EncoderDimensions dimensions = EncoderDimensions.Read(tensors)
            ?? throw Mismatch(name, "The patch embedding, the position table and the first block do not have the shapes of a vision transformer.");

        var wanted = dimensions.Tensors().ToDictionary(t => t.Key, t => t.Shapes, StringComparer.Ordinal);
        string[] missing = [.. wanted.Keys.Where(k => !tensors.ContainsKey(k))];
        string[] unexpected =
        [
            .. tensors.Keys.Where(k => !wanted.ContainsKey(k) && !IsDropped(k)),
            .. checkpoint.Tensors.Select(t => t.Name).Where(n => !n.StartsWith(root, StringComparison.Ordinal) && !IsDropped(n)),
        ];
        string[] misshapen =
        [
            .. wanted.Where(w => tensors.TryGetValue(w.Key, out CheckpointTensor? t) && !w.Value.Any(s => s.SequenceEqual(t.Shape)))
                .Select(w => $"{w.Key} [{string.Join(", ", tensors[w.Key].Shape)}] instead of {string.Join(" or ", w.Value.Select(s => $"[{string.Join(", ", s)}]"))}"),
        ];
        if (missing.Length + unexpected.Length + misshapen.Length > 0)
        {
            throw Mismatch(name, $"As {dimensions.Backbone} of width {dimensions.Width} and {dimensions.Depth} blocks it has missing keys: {List(missing)}; unexpected keys: {List(unexpected)}; wrong shapes: {List(misshapen)}.");
        }

        return checkpoint with
        {
            Architecture = Architecture,
            Tensors = [.. wanted.Keys.Select(k => tensors[k].Rename(Prefix + k))],
            Configuration = dimensions.ToConfiguration(),
        };
    }

    /// <summary>What stands before the encoder's keys: nothing, <c>image_encoder.</c>, <c>backbone.</c>, <c>module.backbone.</c>, …; the teacher's rather than the student's.</summary>
    private static string? Root(Checkpoint checkpoint) => checkpoint.Tensors
        .Where(t => t.Name == Anchor || t.Name.EndsWith("." + Anchor, StringComparison.Ordinal))
        .Select(t => t.Name[..^Anchor.Length])
        .OrderBy(p => p.StartsWith("student.", StringComparison.Ordinal))
        .ThenBy(p => p.Length)
        .FirstOrDefault();

    private static Dictionary<string, CheckpointTensor> Strip(Checkpoint checkpoint, string root)
    {
        var tensors = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach (CheckpointTensor tensor in checkpoint.Tensors.Where(t => t.Name.StartsWith(root, StringComparison.Ordinal)))
        {
            tensors.TryAdd(tensor.Name[root.Length..], tensor);
        }

        return tensors;
    }

    /// <summary>Heads stand beside the backbone or in wrappers of their own (<c>module.head.</c>, <c>teacher.head.</c>).</summary>
    private static bool IsDropped(string key) => Dropped.Any(d =>
        key.StartsWith(d, StringComparison.Ordinal) || key.StartsWith("module." + d, StringComparison.Ordinal) || key.StartsWith("teacher." + d, StringComparison.Ordinal));

    private static string List(string[] keys) => keys.Length switch
    {
        0 => "none",
        > KeysNamed => $"{string.Join(", ", keys.Take(KeysNamed))} and {keys.Length - KeysNamed} more",
        _ => string.Join(", ", keys),
    };

    private static ModelException Mismatch(string name, string why) => new(
        ErrorCode.CheckpointMismatch,
        $"Cannot use '{name}' as the weights of an encoder.",
        why,
        "Use the published weights of HIPT-256, SAM, UNI, Virchow or Virchow2, with their original names.");
}
