using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Formats;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Layers;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Verifies a store from end to end: every file has the size and digest of the manifest; the table can be read, its ids ascend and belong
/// to their centroids; tokens, density and class layers fit the table. Memory: one row group. Reads every byte of the store.
/// </summary>
public static class StoreCheck
{
    /// <summary>Checks a store.</summary>
    /// <param name="path">The store's directory, its manifest, or a slide's output folder that holds one store.</param>
    /// <param name="cancellation">Stops between files and row groups.</param>
    /// <returns>What is wrong, in the order of the manifest; empty for a sound store.</returns>
    /// <exception cref="StoreException"><see cref="ErrorCode.StoreMissing"/>: there is no store to check.</exception>
    /// <exception cref="OperationCanceledException">The check was stopped.</exception>
    public static IReadOnlyList<StoreFinding> Run(string path, CancellationToken cancellation = default)
    {
        string directory = ManifestReader.Locate(path);
        StoreManifest manifest;
        try
        {
            manifest = ManifestReader.Read(directory);
        }
        catch (StoreException e)
        {
            return [new StoreFinding(ManifestReader.FileName, e.Why)];
        }

        var findings = new List<StoreFinding>();
        CheckFiles(directory, manifest, findings, cancellation);
        CheckTable(directory, manifest, findings, cancellation);
        CheckDensity(directory, manifest, findings);
        return findings;
    }

    private static void CheckFiles(string directory, StoreManifest manifest, List<StoreFinding> findings, CancellationToken cancellation)
    {
        foreach (ManifestFile file in manifest.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                using FileStream stream = File.OpenRead(Path.Combine(directory, file.Path));
                if (stream.Length != file.Bytes)
                {
                    findings.Add(new StoreFinding(file.Path, $"It has {stream.Length} bytes, expected {file.Bytes}."));
                    continue;
                }

                string digest = Convert.ToHexStringLower(SHA256.HashData(stream));
                if (digest != file.Sha256)
                {
                    findings.Add(new StoreFinding(file.Path, $"Its SHA-256 is {digest}, expected {file.Sha256}."));
                }
            }
            catch (Exception e) when (StorageErrors.IsStorageFailure(e))
            {
                findings.Add(new StoreFinding(file.Path, $"It cannot be read: {e.Message}"));
            }
        }

        foreach (string expected in (string[])[CellStoreFiles.Cells, CellStoreFiles.Tokens])
        {
            if (!manifest.Files.Any(file => file.Path == expected))
            {
                findings.Add(new StoreFinding(ManifestReader.FileName, $"It does not list '{expected}'."));
            }
        }
    }

    private static void CheckTable(string directory, StoreManifest manifest, List<StoreFinding> findings, CancellationToken cancellation)
    {
        var layers = new List<LayerCheck>();
        try
        {
            using var store = CellStore.Open(directory);
            if (store.Tokens.Count != manifest.Cells || store.Tokens.Width != manifest.TokenWidth)
            {
                findings.Add(new StoreFinding(
                    CellStoreFiles.Tokens,
                    $"It holds {store.Tokens.Count} × {store.Tokens.Width} values, expected {manifest.Cells} × {manifest.TokenWidth}."));
            }

            layers.AddRange(store.Layers.Select(layer => new LayerCheck(store, layer)));
            var counts = new long[byte.MaxValue + 1];
            CellId previous = new(-1);
            foreach (StoredCell cell in store.ReadAll())
            {
                if (cell.Id.Block != previous.Block)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                if (cell.Id <= previous)
                {
                    findings.Add(new StoreFinding(CellStoreFiles.Cells, $"Row {cell.Row} has id {cell.Id} after {previous}; ids must ascend."));
                    return;
                }

                if (cell.Id.Value / CellId.MaxTies != CellId.From(cell.Centroid, 0).Value / CellId.MaxTies)
                {
                    findings.Add(new StoreFinding(CellStoreFiles.Cells, $"Row {cell.Row} has id {cell.Id}, which is not the place of its centroid."));
                    return;
                }

                counts[cell.Class]++;
                layers.ForEach(layer => layer.Add(cell));
                previous = cell.Id;
            }

            CheckCounts(manifest, counts, findings);
            layers.ForEach(layer => layer.Complete(findings));
        }
        catch (StoreException e)
        {
            findings.Add(new StoreFinding(CellStoreFiles.Cells, $"The table cannot be read: {e.Why}"));
        }
        finally
        {
            layers.ForEach(layer => layer.Dispose());
        }
    }

    private static void CheckCounts(StoreManifest manifest, long[] counts, List<StoreFinding> findings)
    {
        foreach (ClassCount stated in manifest.Counts)
        {
            if (counts[stated.Class] != stated.Cells)
            {
                findings.Add(new StoreFinding(
                    CellStoreFiles.Cells,
                    $"It has {counts[stated.Class]} cells of class {stated.Class}, expected {stated.Cells}."));
            }
        }
    }

    private static void CheckDensity(string directory, StoreManifest manifest, List<StoreFinding> findings)
    {
        foreach (ManifestDensityLevel level in manifest.Density.Levels)
        {
            try
            {
                byte[] bytes = File.ReadAllBytes(Path.Combine(directory, level.File));
                NpyHeader header = NpyHeader.Parse(bytes, out int offset);
                long[] expected = [manifest.Density.Classes.Count, level.Rows, level.Columns];
                if (header.Descr != "<u4" || !header.Shape.SequenceEqual(expected) || bytes.Length != offset + (header.Count * sizeof(uint)))
                {
                    findings.Add(new StoreFinding(level.File, $"Its shape is ({string.Join(", ", header.Shape)}), expected ({string.Join(", ", expected)})."));
                    continue;
                }

                long total = 0;
                foreach (uint count in MemoryMarshal.Cast<byte, uint>(bytes.AsSpan(offset)))
                {
                    total += count;
                }

                if (total != manifest.Cells)
                {
                    findings.Add(new StoreFinding(level.File, $"Its counts add up to {total} cells, expected {manifest.Cells}."));
                }
            }
            catch (Exception e) when (StorageErrors.IsStorageFailure(e) || e is FormatException)
            {
                findings.Add(new StoreFinding(level.File, $"It cannot be read: {e.Message}"));
            }
        }
    }
}
