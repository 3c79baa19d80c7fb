using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>The plain vision transformer, as published. Source: spec/model.md §3.2.</summary>
/// <param name="weights">State dictionary.</param>
/// <param name="heads">Attention heads.</param>
/// <param name="taps">Blocks, counted from 1, whose outputs are returned.</param>
/// <param name="positions">Position table resized to the image, <c>[1, 1 + T·T, D]</c>; it is made once, in both programs.</param>
internal sealed class PlainVisionTransformer(IReadOnlyDictionary<string, Tensor> weights, int heads, IReadOnlyList<int> taps, Tensor positions) : IPlainEncoder
{
    /// <inheritdoc/>
    public Tensor[] Encode(Tensor image)
    {
        Tensor proj = weights["encoder.patch_embed.proj.weight"];
        using Tensor patches = functional.conv2d(image, proj, weights["encoder.patch_embed.proj.bias"], strides: [proj.shape[2], proj.shape[3]]);
        (long batch, long width, long rows, long columns) = (patches.shape[0], patches.shape[1], patches.shape[2], patches.shape[3]);
        Tensor x;
        using (DisposeScope scope = NewDisposeScope())
        {
            x = scope.MoveToOuter(cat([weights["encoder.cls_token"].expand(batch, -1, -1), patches.flatten(2).transpose(1, 2)], dim: 1) + positions);
        }

        var outputs = new List<Tensor>();
        for (int block = 0; weights.ContainsKey($"encoder.blocks.{block}.norm1.weight"); block++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor attended = x + Attend($"encoder.blocks.{block}.attn", PlainLayers.Norm(weights, $"encoder.blocks.{block}.norm1", x));
            x = scope.MoveToOuter(attended + PlainLayers.Perceptron(
                weights, $"encoder.blocks.{block}.mlp.fc1", $"encoder.blocks.{block}.mlp.fc2", PlainLayers.Norm(weights, $"encoder.blocks.{block}.norm2", attended)));
            if (taps.Contains(block + 1))
            {
                outputs.Add(scope.MoveToOuter(x[.., 1..].transpose(1, 2).reshape(batch, width, rows, columns)));
            }
        }

        using Tensor normalized = PlainLayers.Norm(weights, "encoder.norm", x);
        using Tensor representative = normalized[.., 0];
        using Tensor tissue = PlainLayers.Linear(weights, "encoder.head", representative);
        return [.. outputs];
    }

    private Tensor Attend(string name, Tensor x)                                              // [B, N, D]
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long count, long width) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor qkv = PlainLayers.Linear(weights, name + ".qkv", x).reshape(batch, count, 3, heads, width / heads).permute(2, 0, 3, 1, 4);
        Tensor scores = (qkv[0].matmul(qkv[1].transpose(-2, -1)) * Math.Pow(width / heads, -0.5)).softmax(-1);
        Tensor attended = scores.matmul(qkv[2]).transpose(1, 2).reshape(batch, count, width);
        return scope.MoveToOuter(PlainLayers.Linear(weights, name + ".proj", attended));
    }
}
