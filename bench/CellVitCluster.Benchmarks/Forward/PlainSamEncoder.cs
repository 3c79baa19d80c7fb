using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>The SAM encoder, as published, neck and tissue head included. Source: spec/model.md §3.3.</summary>
/// <param name="weights">State dictionary.</param>
/// <param name="heads">Attention heads.</param>
/// <param name="taps">Blocks, counted from 1, whose outputs are returned.</param>
internal sealed class PlainSamEncoder(IReadOnlyDictionary<string, Tensor> weights, int heads, IReadOnlyList<int> taps) : IPlainEncoder
{
    private const int Window = 14;

    /// <inheritdoc/>
    public Tensor[] Encode(Tensor image)
    {
        Tensor x;
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor proj = weights["encoder.patch_embed.proj.weight"];
            Tensor patches = functional.conv2d(image, proj, weights["encoder.patch_embed.proj.bias"], strides: [proj.shape[2], proj.shape[3]]).permute(0, 2, 3, 1);
            x = scope.MoveToOuter(patches + weights["encoder.pos_embed"][.., ..(int)patches.shape[1], ..(int)patches.shape[2]]);
        }

        var outputs = new List<Tensor>();
        for (int block = 0; weights.ContainsKey($"encoder.blocks.{block}.norm1.weight"); block++)
        {
            using DisposeScope scope = NewDisposeScope();
            string name = $"encoder.blocks.{block}";
            Tensor attended = x + AttendBlock(name + ".attn", PlainLayers.Norm(weights, name + ".norm1", x));
            x = scope.MoveToOuter(attended + PlainLayers.Perceptron(weights, name + ".mlp.lin1", name + ".mlp.lin2", PlainLayers.Norm(weights, name + ".norm2", attended)));
            if (taps.Contains(block + 1))
            {
                outputs.Add(scope.MoveToOuter(x.permute(0, 3, 1, 2).contiguous()));
            }
        }

        Neck(x);
        return [.. outputs];
    }

    private void Neck(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor narrow = NormChannels("encoder.neck.1", functional.conv2d(x.permute(0, 3, 1, 2), weights["encoder.neck.0.weight"]));
        Tensor neck = NormChannels("encoder.neck.3", functional.conv2d(narrow, weights["encoder.neck.2.weight"], padding: [1, 1]));
        _ = PlainLayers.Linear(weights, "classifier_head", neck.mean([2, 3]));
    }

    private Tensor NormChannels(string name, Tensor x)
    {
        Tensor centered = x - x.mean([1], keepdim: true);
        Tensor scaled = centered / (centered.pow(2).mean([1], keepdim: true) + 1e-6).sqrt();
        return (scaled * weights[name + ".weight"].reshape(-1, 1, 1)) + weights[name + ".bias"].reshape(-1, 1, 1);
    }

    /// <summary>Blocks whose tables have 27 rows look at windows, the others at the whole image.</summary>
    private Tensor AttendBlock(string name, Tensor x)                                         // [B, H, W, D]
    {
        if (weights[name + ".rel_pos_h"].shape[0] != (2 * Window) - 1)
        {
            return Attend(name, x);
        }

        using DisposeScope scope = NewDisposeScope();
        (long batch, long height, long width, long depth) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        (long padHeight, long padWidth) = ((Window - (height % Window)) % Window, (Window - (width % Window)) % Window);
        Tensor padded = functional.pad(x, [0, 0, 0, padWidth, 0, padHeight]);
        (long rows, long columns) = ((height + padHeight) / Window, (width + padWidth) / Window);
        Tensor windows = padded.reshape(batch, rows, Window, columns, Window, depth).permute(0, 1, 3, 2, 4, 5).reshape(-1, Window, Window, depth);
        Tensor joined = Attend(name, windows).reshape(batch, rows, columns, Window, Window, depth).permute(0, 1, 3, 2, 4, 5)
            .reshape(batch, height + padHeight, width + padWidth, depth);
        return scope.MoveToOuter(joined[.., ..(int)height, ..(int)width].contiguous());
    }

    private Tensor Attend(string name, Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long height, long width, long depth) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        long headWidth = depth / heads;
        Tensor qkv = PlainLayers.Linear(weights, name + ".qkv", x).reshape(batch, height * width, 3, heads, headWidth).permute(2, 0, 3, 1, 4)
            .reshape(3, batch * heads, height * width, headWidth);
        (Tensor q, Tensor k, Tensor v) = (qkv[0], qkv[1], qkv[2]);
        Tensor scores = (q * Math.Pow(headWidth, -0.5)).matmul(k.transpose(-2, -1));
        Tensor grid = q.reshape(batch * heads, height, width, headWidth);
        Tensor vertical = einsum("bhwc,hkc->bhwk", grid, Relative(weights[name + ".rel_pos_h"], height));
        Tensor horizontal = einsum("bhwc,wkc->bhwk", grid, Relative(weights[name + ".rel_pos_w"], width));
        scores = (scores.reshape(batch * heads, height, width, height, width) + vertical.unsqueeze(-1) + horizontal.unsqueeze(-2))
            .reshape(batch * heads, height * width, height * width).softmax(-1);
        Tensor attended = scores.matmul(v).reshape(batch, heads, height, width, headWidth).permute(0, 2, 3, 1, 4).reshape(batch, height, width, depth);
        return scope.MoveToOuter(PlainLayers.Linear(weights, name + ".proj", attended));
    }

    /// <summary>Rows of the table for each pair of positions, <c>[n, n, head width]</c>; only tables of the image's own size are needed here.</summary>
    private static Tensor Relative(Tensor table, long side)
    {
        Tensor positions = arange(side);
        return table[positions.unsqueeze(1) - positions.unsqueeze(0) + (side - 1)];
    }
}
