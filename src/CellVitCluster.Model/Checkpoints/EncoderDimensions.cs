using System.Globalization;
using System.Text.Json.Nodes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// What the shapes of a foundation model's weights say about its structure, and which tensors such a structure has. Keys have no prefix here
/// (<c>blocks.0.attn.qkv.weight</c>). Source: spec/model.md §3.1 to §3.5.
/// </summary>
internal sealed record EncoderDimensions
{
    private const int WindowSide = 14;

    /// <summary>Name of the encoder in training configurations: <c>ViT256</c>, <c>SAM-H</c>, <c>UNI</c>, <c>Virchow2</c>, …</summary>
    public required string Backbone { get; init; }

    /// <summary>Width of a token.</summary>
    public required long Width { get; init; }

    /// <summary>Number of blocks.</summary>
    public required long Depth { get; init; }

    /// <summary>Side of a patch in px.</summary>
    public required long PatchSize { get; init; }

    /// <summary>Side in patches of the stored position table.</summary>
    public required long GridSide { get; init; }

    /// <summary>Rows of the first layer of a block's perceptron.</summary>
    public required long MlpRows { get; init; }

    /// <summary>Register tokens.</summary>
    public required long Registers { get; init; }

    /// <summary>Whether blocks scale their branches.</summary>
    public required bool LayerScale { get; init; }

    /// <summary>Whether the perceptron is gated, so that its second layer is half as wide as the first.</summary>
    public required bool Gated { get; init; }

    /// <summary>Width of an attention head where the shapes tell it (SAM); else 0.</summary>
    public required long HeadWidth { get; init; }

    /// <summary>Channels of SAM's neck; 0 for other families.</summary>
    public required long NeckWidth { get; init; }

    private bool IsSam => NeckWidth > 0;

    /// <summary>Attention heads: told by SAM's tables, else known for the published sizes, else null.</summary>
    public long? Heads => HeadWidth > 0 ? Width / HeadWidth : (Backbone, Width, Depth) switch
    {
        ("ViT256", _, _) => 6,
        ("UNI", 1024, 24) => 16,
        ("Virchow" or "Virchow2", 1280, 32) => 16,
        _ => null,
    };

    /// <summary>Reads the dimensions, or gives null when the tensors are no vision transformer of a known family.</summary>
    public static EncoderDimensions? Read(IReadOnlyDictionary<string, CheckpointTensor> tensors)
    {
        IReadOnlyList<long> patch = Shape("patch_embed.proj.weight"), position = Shape("pos_embed"), neck = Shape("neck.0.weight");
        bool sam = neck.Count == 4;
        IReadOnlyList<long> first = Shape(sam ? "blocks.0.mlp.lin1.weight" : "blocks.0.mlp.fc1.weight"), second = Shape("blocks.0.mlp.fc2.weight");
        if (patch.Count != 4 || position.Count != (sam ? 4 : 3) || first.Count != 2)
        {
            return null;
        }

        long registers = Shape("reg_token") is [1, var count, _] ? count : 0;
        long depth = 1 + tensors.Keys.Max(BlockNumber);
        if (depth > tensors.Count)
        {
            return null;
        }

        bool layerScale = tensors.ContainsKey("blocks.0.ls1.gamma");
        bool gated = second is [_, var columns] && first[0] == 2 * columns;
        return new EncoderDimensions
        {
            Backbone = Name(sam, gated, registers, layerScale, patch[0], depth),
            Width = patch[0],
            Depth = depth,
            PatchSize = patch[3],
            GridSide = sam ? position[1] : (long)Math.Sqrt(Math.Max(0, position[1] - 1 - registers)),
            MlpRows = first[0],
            Registers = registers,
            LayerScale = layerScale,
            Gated = gated,
            HeadWidth = sam && Shape("blocks.0.attn.rel_pos_h") is [_, > 0 and var width] ? width : 0,
            NeckWidth = sam ? neck[0] : 0,
        };

        IReadOnlyList<long> Shape(string key) => tensors.TryGetValue(key, out CheckpointTensor? tensor) ? tensor.Shape : [];
    }

    /// <summary>Every tensor of this structure with the shapes it may have.</summary>
    public IEnumerable<(string Key, IReadOnlyList<long[]> Shapes)> Tensors()
    {
        long d = Width;
        yield return ("patch_embed.proj.weight", [[d, 3, PatchSize, PatchSize]]);
        yield return ("patch_embed.proj.bias", [[d]]);
        yield return ("pos_embed", [IsSam ? [1, GridSide, GridSide, d] : [1, 1 + Registers + (GridSide * GridSide), d]]);
        foreach ((string, IReadOnlyList<long[]>) tensor in IsSam ? Neck() : ClassToken())
        {
            yield return tensor;
        }

        for (long block = 0; block < Depth; block++)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"blocks.{block}.");
            foreach ((string key, IReadOnlyList<long[]> shapes) in Block())
            {
                yield return (prefix + key, shapes);
            }
        }
    }

    /// <summary>The dimensions under the keys that a checkpoint's configuration has for them.</summary>
    public CheckpointConfiguration ToConfiguration()
    {
        var model = new JsonObject
        {
            ["backbone"] = Backbone,
            ["embed_dim"] = Width,
            ["depth"] = Depth,
            ["patch_size"] = PatchSize,
            ["position_grid"] = GridSide,
            ["mlp_rows"] = MlpRows,
            ["register_tokens"] = Registers,
            ["layer_scale"] = LayerScale,
            ["gated_mlp"] = Gated,
        };
        if (Heads is long heads)
        {
            model["num_heads"] = heads;
        }

        return CheckpointConfiguration.FromJson(new JsonObject { ["model"] = model }.ToJsonString());
    }

    private static string Name(bool sam, bool gated, long registers, bool layerScale, long width, long depth) => (width, depth) switch
    {
        (768, 12) when sam => "SAM-B",
        (1024, 24) when sam => "SAM-L",
        (1280, 32) when sam => "SAM-H",
        _ when sam => "SAM",
        _ when gated => registers > 0 ? "Virchow2" : "Virchow",
        _ when layerScale => "UNI",
        (384, 12) => "ViT256",
        _ => "default",
    };

    private static long BlockNumber(string key)
    {
        string[] parts = key.Split('.', 3);
        return parts is ["blocks", var number, _] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int block) ? block : -1;
    }

    private IEnumerable<(string Key, IReadOnlyList<long[]> Shapes)> ClassToken()
    {
        yield return ("cls_token", [[1, 1, Width]]);
        yield return ("norm.weight", [[Width]]);
        yield return ("norm.bias", [[Width]]);
        if (Registers > 0)
        {
            yield return ("reg_token", [[1, Registers, Width]]);
        }
    }

    private IEnumerable<(string Key, IReadOnlyList<long[]> Shapes)> Neck()
    {
        yield return ("neck.0.weight", [[NeckWidth, Width, 1, 1]]);
        yield return ("neck.2.weight", [[NeckWidth, NeckWidth, 3, 3]]);
        foreach (string key in (string[])["neck.1.weight", "neck.1.bias", "neck.3.weight", "neck.3.bias"])
        {
            yield return (key, [[NeckWidth]]);
        }
    }

    private IEnumerable<(string Key, IReadOnlyList<long[]> Shapes)> Block()
    {
        long d = Width;
        (string firstLayer, string secondLayer) = IsSam ? ("mlp.lin1", "mlp.lin2") : ("mlp.fc1", "mlp.fc2");
        foreach (string norm in (string[])["norm1", "norm2"])
        {
            yield return (norm + ".weight", [[d]]);
            yield return (norm + ".bias", [[d]]);
        }

        yield return ("attn.qkv.weight", [[3 * d, d]]);
        yield return ("attn.qkv.bias", [[3 * d]]);
        yield return ("attn.proj.weight", [[d, d]]);
        yield return ("attn.proj.bias", [[d]]);
        yield return (firstLayer + ".weight", [[MlpRows, d]]);
        yield return (firstLayer + ".bias", [[MlpRows]]);
        yield return (secondLayer + ".weight", [[d, Gated ? MlpRows / 2 : MlpRows]]);
        yield return (secondLayer + ".bias", [[d]]);
        if (LayerScale)
        {
            yield return ("ls1.gamma", [[d]]);
            yield return ("ls2.gamma", [[d]]);
        }

        if (IsSam)
        {
            // Which blocks look at the whole image is a setting; both kinds of tables are legal in any block.
            yield return ("attn.rel_pos_h", [[(2 * WindowSide) - 1, HeadWidth], [(2 * GridSide) - 1, HeadWidth]]);
            yield return ("attn.rel_pos_w", [[(2 * WindowSide) - 1, HeadWidth], [(2 * GridSide) - 1, HeadWidth]]);
        }
    }
}
